// Session sync: the site's session cookie, sealed so that only nellis-proxy reads it, goes to the gateway at start, at login and when it changes.
// (A cookie without the mark "secure" belongs to http for the browser: that is why the manifest has both schemes, else its changes are not told.)
// It is read, sealed and sent; it is kept nowhere. That it was sent is remembered by a salted fingerprint.
import {ask} from '../lib/api.js';
import {fingerprint, randomText, sealed} from '../lib/keys.js';
import {note} from '../lib/log.js';
import * as store from '../lib/store.js';

const SITE = 'https://www.nellisauction.com/', NAME = '__session', AGAIN_MS = 60_000;
const GOOD = new Set(['ok', 'unchecked']);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
let busy = Promise.resolve();

/** A cookie changed: sync soon, since a login sets it more than once. @param {{removed: boolean, cookie: {name: string, domain: string}}} change */
export function cookieChanged({removed, cookie}) {
  if (removed || cookie.name !== NAME || !/(^|\.)nellisauction\.com$/.test(cookie.domain)) return;
  clearTimeout(soon);
  soon = setTimeout(() => syncSession('cookie'), 300);
}

/** Send the session unless the gateway has this one and it is good. Never raises. @param {string} why */
export function syncSession(why) {
  busy = busy.then(() => sync(why)).catch(error => note('session.failed', String(error.code ?? error.name)));
  return busy;
}

/** @param {string} why */
async function sync(why) {
  if (!await store.gateway()) return;
  const {link, service} = await store.snapshot();
  if (why !== 'cookie' && link.state !== 'on') return;
  const cookie = await chrome.cookies.get({url: SITE, name: NAME});
  if (!cookie) return;
  const kept = /** @type {{salt: string, print: string, at: number} | undefined} */ ((await chrome.storage.session.get('synced')).synced), salt = kept?.salt ?? randomText(16);
  const print = await fingerprint(salt, cookie.value);
  const lostIt = ['missing', 'unreadable'].includes(service?.session ?? '') && Date.now() - (kept?.at ?? 0) > AGAIN_MS;
  if (print === kept?.print && !lostIt) return; // it has this one, good or not
  if (!kept && service && GOOD.has(service.session) && why === 'start') return; // told again once connected
  await send(cookie.value);
  await chrome.storage.session.set({synced: {salt, print, at: Date.now()}});
  await note('session.synced', why);
}

/** @param {string} value */
async function send(value) {
  for (let tries = 0; ; tries += 1) {
    const {keyId, publicKey} = await ask('GET', '/api/auth/key');
    try {
      await ask('POST', '/api/auth', {sealed: await sealed(`${NAME}=${value}`, {keyId, publicKey})});
      return;
    } catch (error) {
      if (tries > 0 || /** @type {any} */ (error).field !== 'sealed') throw error; // the key was exchanged in between: once more
    }
  }
}
