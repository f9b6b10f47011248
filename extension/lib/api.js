// Requests to the gateway, each signed with the device's key. Used by the worker and the extension's own pages, never by a page of the site.
/** @import {Gateway} from './types.js' */
import {randomText, signature} from './keys.js';
import * as store from './store.js';
import {key as vaultKey} from './vault.js';
import {t} from './words.js';

const PATIENCE_MS = 20_000, AGAIN_MS = [400, 1500];

/** What went wrong, in a sentence. *code*: the gateway's, or unpaired, away, blocked, strange. */
export class ApiError extends Error {
  /** @param {string} sentence @param {string} code @param {{status?: number, field?: string}} [more] */
  constructor(sentence, code, {status = 0, field = ''} = {}) {
    super(sentence);
    this.code = code; this.status = status; this.field = field;
  }
}

/**
 * Ask the gateway. A change has a *key* that makes it happen once: it is asked again under the same key when no answer came.
 * @param {string} method @param {string} path @param {unknown} [body] @param {{key?: string}} [options]
 * @returns {Promise<any>} Raises ApiError.
 */
export async function ask(method, path, body, {key = ''} = {}) {
  const {gateway, secret} = await device();
  for (let tries = 0; ; tries += 1) {
    try {
      return await once(gateway, secret, method, path, body, key);
    } catch (error) {
      const again = error instanceof ApiError && (error.code === 'away' || error.code === 'UNDER_WAY') && (method === 'GET' || key);
      if (!again || tries >= AGAIN_MS.length) throw error;
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS[tries]));
    }
  }
}

/** The gateway and our key. Raises ApiError when this browser is not paired. */
export async function device() {
  const gateway = await store.gateway(), secret = gateway && await vaultKey('device');
  if (!gateway || !secret) throw new ApiError(t('error_unpaired'), 'unpaired');
  return {gateway, secret};
}

/**
 * @param {Gateway} gateway @param {CryptoKey} secret @param {string} method @param {string} path @param {unknown} body @param {string} key
 */
async function once(gateway, secret, method, path, body, key) {
  const text = body === undefined ? '' : JSON.stringify(body), address = new URL(path, gateway.url);
  const signed = await signature(secret, gateway.device, {method, host: address.host, target: address.pathname + address.search, body: text}, Date.now());
  /** @type {Record<string, string>} */
  const headers = {};
  for (const [name, value] of Object.entries(signed)) headers[`X-Bidwright-${name[0].toUpperCase()}${name.slice(1)}`] = value;
  if (text) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  return send(gateway.url, path, {method, headers, body: text || undefined});
}

/**
 * Send one request and read the answer, with whatever is wrong told apart. *url* is the gateway's address.
 * @param {string} url @param {string} path @param {RequestInit} request @returns {Promise<any>} Raises ApiError.
 */
export async function send(url, path, request) {
  let reply;
  try {
    reply = await fetch(new URL(path, url), {...request, cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS)});
  } catch {
    throw await unreachable(url, request.method ?? 'GET');
  }
  const told = await reply.json().catch(() => null);
  if (!told || typeof told !== 'object') throw new ApiError(t('error_strange', new URL(url).host), 'strange', {status: reply.status});
  if (!reply.ok) throw new ApiError(sentence(told, reply.status), String(told.code ?? ''), {status: reply.status, field: String(told.field ?? '')});
  return told;
}

/** Why nobody answered. @param {string} url @param {string} method @returns {Promise<ApiError>} */
async function unreachable(url, method) {
  const host = new URL(url).host;
  if (!await allowed(url)) return new ApiError(t('error_no_permission', host), 'blocked');
  const network = await localNetwork();
  if (network === 'denied') return new ApiError(t('error_blocked', host), 'blocked');
  return new ApiError(t(method === 'GET' ? 'error_away' : 'error_away_change', host), 'away');
}

/** Whether the browser lets us speak to that address. @param {string} url */
export const allowed = url => chrome.permissions.contains({origins: [pattern(url)]});
/** The permission for one address; ports cannot be told apart in it. @param {string} url */
export const pattern = url => `${new URL(url).protocol}//${new URL(url).hostname}/*`;

/** What the browser says about addresses at home, where it asks at all. */
async function localNetwork() {
  try { return (await navigator.permissions.query({name: /** @type {any} */ ('local-network-access')})).state; } catch { return 'unknown'; }
}

/** @param {{error?: unknown, code?: unknown}} told @param {number} status */
function sentence(told, status) {
  const code = String(told.code ?? '');
  if (code === 'UNKNOWN_DEVICE') return t('error_revoked');
  if (code === 'SIGNATURE_EXPIRED') return t('error_clock');
  if (code === 'WRONG_ORIGIN') return t('error_origin');
  return typeof told.error === 'string' && told.error ? told.error : t('error_status', status);
}

/** A key for one change. */
export const newKey = () => randomText(18);
