// The connection: a WebSocket of the new protocol, kept up by a ping every 20 s, resumed after the last event that was taken in.
/** @import {Link, LinkState} from '../lib/types.js' */
import {ApiError, ask, device} from '../lib/api.js';
import {signature} from '../lib/keys.js';
import {note} from '../lib/log.js';
import {t} from '../lib/words.js';
import * as store from '../lib/store.js';
import {syncSession} from './cookies.js';
import {take, takeList} from './intake.js';

const PATH = '/ws?v=2', PING_MS = 20_000, SILENT_MS = 45_000, FIRST_MS = 500, LONGEST_MS = 20_000, OPEN_MS = 10_000;

/** @type {{socket: WebSocket, heard: number, ping: ReturnType<typeof setInterval>, ready: boolean} | null} */
let open = null;
let pause = FIRST_MS, opening = false, queue = Promise.resolve();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;

/** See to it that the connection stands or is being made. Never raises. */
export async function ensure() {
  if (open && Date.now() - open.heard > SILENT_MS) close('silent');
  if (open || opening) return;
  opening = true;
  clearTimeout(retry);
  try { await connect(); } catch (error) { await failed(error); } finally { opening = false; }
}

/** Let go of the connection and make it anew: the gateway or a permission changed. */
export async function reconnect() {
  close('changed');
  pause = FIRST_MS;
  await ensure();
}

async function connect() {
  const {gateway, secret} = await device(), address = new URL(PATH, gateway.url);
  const known = (await store.snapshot()).link;
  if (known.state !== 'on') await tell('connecting', known.state === 'off' ? known.why : '', known.code);
  const signed = await signature(secret, gateway.device, {method: 'WS', host: address.host, target: PATH, body: ''}, Date.now());
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const lastId = await store.last();
  const socket = new WebSocket(address);
  const mine = open = {socket, heard: Date.now(), ready: false, ping: setInterval(() => beat(mine), PING_MS)};
  const late = setTimeout(() => { if (!mine.ready) socket.close(); }, OPEN_MS);
  socket.onopen = () => socket.send(JSON.stringify({type: 'authenticate', ...signed, ...(lastId ? {lastEventId: lastId} : {})}));
  socket.onmessage = event => {
    mine.heard = Date.now();
    const frame = JSON.parse(event.data);
    queue = queue.then(() => hear(mine, frame)).catch(error => note('frame.failed', String(error)));
  };
  socket.onclose = event => {
    clearTimeout(late); clearInterval(mine.ping);
    if (open !== mine) return;
    open = null;
    queue = queue.then(() => lost(event));
  };
}

/** @param {NonNullable<typeof open>} mine @param {any} frame */
async function hear(mine, frame) {
  if (frame.type === 'connected' && frame.version !== 2) { close('version'); await tell('refused', t('error_too_old'), 'version'); return; }
  if (frame.type !== 'authenticated') { await take(frame); return; }
  if (!frame.success) { await refused(frame.error); return; }
  try { await welcome(mine, frame); } catch (error) { close('failed'); await failed(error); }
}

/** The gateway knows us: have the list, the switches and the session in step. @param {NonNullable<typeof open>} mine @param {any} frame */
async function welcome(mine, frame) {
  mine.ready = true;
  pause = FIRST_MS;
  if (!frame.resumed || !await store.listed()) {
    const {auctions, standing} = await ask('GET', '/api/auctions');
    await takeList(auctions, standing);
  }
  const status = await ask('GET', '/api/status').catch(() => null);
  if (status) { await store.show({site: status.site}); await take({type: 'serviceState', service: status.service}); }
  await tell('on');
  await note('link.open', frame.resumed ? 'resumed' : 'anew');
  await syncSession('connected');
}

/** Why the gateway does not take us: the signed read says it with a code. @param {string} sentence */
async function refused(sentence) {
  close('refused');
  const error = await ask('GET', '/api/status').then(() => null, found => /** @type {ApiError} */ (found));
  if (error && error.code === 'away') await lost(null);
  else await tell('refused', error?.message ?? sentence, error?.code ?? 'refused');
}

/** @param {CloseEvent | null} event */
async function lost(event) {
  await note('link.lost', event ? `${event.code} ${event.reason}` : '');
  if (event?.code === 1008) { await refused(event.reason); return; }
  const error = await ask('GET', '/api/status').then(() => null, found => /** @type {ApiError} */ (found));
  if (error && !['away', 'STORE_DOWN'].includes(error.code) && error.status !== 503) { await failed(error); return; }
  if (error) await tell('off', error.message, error.code);
  again();
}

/** @param {unknown} error */
async function failed(error) {
  const known = error instanceof ApiError ? error : new ApiError(String(error), 'strange');
  if (known.code === 'unpaired') { await tell('unpaired', known.message, known.code); return; }
  if (known.code !== 'away') await note('link.refused', known.code);
  await tell(known.status === 401 || ['strange', 'version', 'blocked'].includes(known.code) ? 'refused' : 'off', known.message, known.code);
  again();
}

function again() {
  clearTimeout(retry);
  retry = setTimeout(ensure, pause);
  pause = Math.min(pause * 2, LONGEST_MS);
}

/** @param {NonNullable<typeof open>} mine */
function beat(mine) {
  if (Date.now() - mine.heard > SILENT_MS) { close('silent'); ensure(); return; }
  if (mine.socket.readyState === WebSocket.OPEN) mine.socket.send('{"type":"ping"}');
}

/** @param {string} why */
function close(why) {
  if (!open) return;
  const {socket, ping} = open;
  clearInterval(ping);
  open = null;
  socket.close(1000, why);
}

/** @param {LinkState} state @param {string} [why] @param {string} [code] */
async function tell(state, why = '', code = '') {
  const known = (await store.snapshot()).link;
  if (known.state === state && known.why === why) return;
  /** @type {Link} */
  const link = {state, why, code, since: known.state === state ? known.since : Date.now()};
  await store.show({link});
}
