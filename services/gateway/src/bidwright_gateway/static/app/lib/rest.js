// REST with the owner's token. What went wrong comes as an Error whose message is a sentence for a person.
import {t} from './words.js';

const KEY = 'authToken', PATIENCE_MS = 45_000, READS = new Set(['GET', 'HEAD']);

// The token out of the address, where `bidwright up` puts it, else the one that is kept here.
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return localStorage.getItem(KEY);
}
export const keptToken = () => localStorage.getItem(KEY) ?? '';
export const keepToken = token => localStorage.setItem(KEY, token);
export const forgetToken = () => localStorage.removeItem(KEY);

// A report of checks is an answer whatever its status: /health says 503 when something is wrong, and what.
export async function rest(method, path, body) {
  const reply = await sent(method, path, body);
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok && !told.checks) throw Object.assign(new Error(told.error ?? t('error_status', reply.status)), {status: reply.status, code: told.code, field: told.field, details: told.details});
  return told;
}

// A file behind the token, handed to the browser to be saved.
export async function save(path, name) {
  const reply = await sent('GET', path);
  if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).error ?? t('error_status', reply.status));
  const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(await reply.blob()), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A change has a key of its own, so that it happens once even when it is sent twice on its way.
async function sent(method, path, body) {
  const headers = {Authorization: keptToken(), ...(READS.has(method) ? {} : {'Idempotency-Key': newKey()}), ...(body === undefined ? {} : {'Content-Type': 'application/json'})};
  try {
    return await fetch(path, {method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS)});
  } catch {
    throw Object.assign(new Error(t(READS.has(method) ? 'gateway_away' : 'gateway_away_change')), {code: 'away'});
  }
}

// Not randomUUID: that is there over TLS and on loopback only.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
