// Pairing: the code goes to the gateway with our public key, both sides show six digits, the owner says yes on the host.
// The worker or the page may end in between: what waits is kept, and asked for again.
import * as keys from './keys.js';
import * as store from './store.js';
import * as vault from './vault.js';
import {ApiError, send} from './api.js';
import {t} from './words.js';

/** @typedef {{url: string, device: string, name: string, mine: string, theirs: string, check: string, since: number}} Pending */
const FIVE_MINUTES_MS = 300_000, STRANGER = 'FORBIDDEN_ORIGIN';

/**
 * The gateway's address as typed, made whole: http unless said otherwise, nothing behind the port. Raises ApiError.
 * @param {string} typed
 */
export function address(typed) {
  const text = typed.trim().replace(/^ws(s?):\/\//i, 'http$1://');
  let made = null;
  try { made = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`); } catch { /* told below */ }
  if (!made || !text || !['http:', 'https:'].includes(made.protocol) || made.username || made.password) throw new ApiError(t('error_address'), 'address', {field: 'url'});
  return made.origin;
}

/** The code as typed, without what people put between. Raises ApiError. @param {string} typed */
export function code(typed) {
  const made = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (!/^[A-Z2-7]{8}$/.test(made)) throw new ApiError(t('error_code'), 'code', {field: 'code'});
  return made;
}

/** What stands at *url*. Raises ApiError that says what is wrong there. @param {string} url */
export async function knock(url) {
  const told = await send(url, '/api/config', {method: 'GET'}).catch(error => {
    if (error instanceof ApiError && error.code === STRANGER) return {backendUrl: url}; // it lets nobody in who is not paired: so it is one
    throw error instanceof ApiError && error.status && error.code !== 'MISDIRECTED' ? new ApiError(t('error_strange', new URL(url).host), 'strange', {field: 'url'}) : error;
  });
  if (typeof told.backendUrl !== 'string') throw new ApiError(t('error_strange', new URL(url).host), 'strange', {field: 'url'});
}

/** Show the code; from then on the owner is asked. Raises ApiError. @param {string} url @param {string} typed @param {string} name @returns {Promise<Pending>} */
export async function claim(url, typed, name) {
  const pair = await keys.newPair();
  const body = JSON.stringify({code: code(typed), name, publicKey: pair.publicKey});
  const told = await send(url, '/api/pairing/claim', {method: 'POST', headers: {'Content-Type': 'application/json'}, body}).catch(error => {
    throw error instanceof ApiError && error.status === 404 ? new ApiError(t('error_too_old'), 'version', {field: 'url'}) : error;
  });
  const pending = {url, device: String(told.deviceId), name, mine: pair.publicKey, theirs: String(told.publicKey), since: Date.now(), check: ''};
  pending.check = await keys.checkDigits(pending.theirs, pending.mine); // worked out here: what was sent could be somebody else's
  await vault.keep('pending', pair.privateKey);
  await chrome.storage.local.set({pending});
  return pending;
}

/** What waits for the owner's yes; null when nothing does. @returns {Promise<Pending | null>} */
export async function pending() {
  const found = /** @type {Pending | undefined} */ ((await chrome.storage.local.get('pending')).pending);
  return found && Date.now() - found.since < FIVE_MINUTES_MS ? found : null;
}

/** Give up waiting. */
export async function giveUp() {
  await chrome.storage.local.remove('pending');
  await vault.forget('pending');
}

/** Ask whether the owner said yes: paired, pending or refused. Raises ApiError. @returns {Promise<'paired' | 'pending' | 'refused'>} */
export async function settle() {
  const waits = await pending(), privateKey = await vault.key('pending');
  if (!waits || !privateKey) { await giveUp(); return 'refused'; }
  const told = await send(waits.url, `/api/pairing/${waits.device}`, {method: 'GET'}).catch(error => {
    if (error instanceof ApiError && error.code === STRANGER) return {state: 'pending'}; // where only paired extensions may call, the first answer is a yes
    throw error;
  });
  if (told.state === 'pending') return 'pending';
  if (told.state !== 'paired') { await giveUp(); return 'refused'; }
  const secret = await keys.deviceKey(privateKey, waits.mine, waits.theirs, waits.device, origin());
  await vault.keep('device', secret);
  await store.blank();
  await store.keepGateway({url: waits.url, device: waits.device, name: waits.name, pairedAt: Date.now()});
  await giveUp();
  return 'paired';
}

/**
 * Pair by the owner's token, as the old extension kept it: the token opens the window and says yes, and is not kept. Raises ApiError.
 * @param {string} url @param {string} token @param {string} name
 */
export async function byToken(url, token, name) {
  const asOwner = (/** @type {string} */ path, /** @type {unknown} */ body) =>
    send(url, path, {method: 'POST', headers: {'Content-Type': 'application/json', Authorization: `Bearer ${token}`}, body: JSON.stringify(body)});
  const window = await asOwner('/api/pairing', {}).catch(error => {
    if (error instanceof ApiError && error.status === 401) throw new ApiError(t('error_token'), 'token', {field: 'token'});
    throw error instanceof ApiError && error.status === 404 ? new ApiError(t('error_too_old'), 'version', {field: 'url'}) : error;
  });
  const waits = await claim(url, String(window.code), name);
  await asOwner(`/api/pairing/${waits.device}/confirm`, {check: waits.check});
  if (await settle() !== 'paired') throw new ApiError(t('error_token'), 'token', {field: 'token'});
}

/** Forget the gateway here; it is asked to let the device go, if it answers. @param {(method: string, path: string) => Promise<any>} ask */
export async function leave(ask) {
  const paired = await store.gateway();
  if (paired) await ask('DELETE', `/api/devices/${paired.device}`).catch(() => null);
  await store.keepGateway(null);
  await vault.forget('device');
  await store.blank();
}

/** What the gateway binds our key to. */
export const origin = () => chrome.runtime.getURL('').replace(/\/$/, '');

/** What the owner reads in the list of devices. */
export function deviceName() {
  const found = /\((?:[^;)]*; )?([^;)]+)/.exec(navigator.userAgent), where = /Mac|Windows|CrOS|Linux|Android/.exec(found?.[0] ?? '')?.[0] ?? '';
  return t('device_name', where).trim();
}
