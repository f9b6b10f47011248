// The connection: authenticated by signature, resumed after the last event, refused in words, made anew after it was lost.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {auction, install, service} from './chrome.js';
import {gateway} from './gateway.js';

const browser = install();
/** @type {FakeSocket[]} */
const sockets = [];
/** A socket whose other end is the test. */
class FakeSocket {
  static OPEN = 1;
  readyState = 1;
  /** @type {any[]} */
  sent = [];
  /** @type {any} */
  onopen;
  /** @type {any} */
  onmessage;
  /** @type {any} */
  onclose;
  /** @param {URL} url */
  constructor(url) { this.url = String(url); sockets.push(this); setTimeout(() => this.onopen?.()); }
  /** @param {string} text */
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.end(1000); }
  /** @param {number} code */
  end(code, reason = '') { this.onclose?.({code, reason}); }
  /** @param {any} frame */
  async say(frame) { this.onmessage({data: JSON.stringify(frame)}); await settled(); }
}
/** @type {any} */ (globalThis).WebSocket = FakeSocket;
const settled = () => new Promise(resolve => setTimeout(resolve, 60));
const [{ensure, reconnect}, pairing, store, log] = await Promise.all([import('../background/link.js'), import('../lib/pairing.js'), import('../lib/store.js'), import('../lib/log.js')]);
const opened = async () => (await log.notes()).filter(one => one.what === 'link.open').length;
/** @type {any} */
let host;
/** @type {any} */
let waits;

before(async () => { host = await gateway(); });
after(async () => { await store.keepGateway(null); await reconnect(); await host.close(); });
beforeEach(async () => {
  host.status = null;
  host.cut = 0;
  host.code = 'ABCD2345';
  host.answers['GET /api/status'] = [200, {service: service(), site: {real: true, simulated: false, address: 'x'}}];
  host.answers['GET /api/auctions'] = [200, {auctions: [auction()], standing: [auction({id: '7', standing: true, exposure: 17})]}];
  waits = await pairing.claim(host.url, 'ABCD2345', 'Laptop');
  host.pending[waits.device].yes = true;
  await pairing.settle();
  await chrome.storage.local.remove('last');
  sockets.length = 0;
});

async function connected(resumed = false) {
  await reconnect();
  await settled();
  const socket = /** @type {FakeSocket} */ (sockets.at(-1));
  await socket.say({type: 'connected', clientId: 'c', message: '', version: 2});
  const before = await opened();
  await socket.say({type: 'authenticated', success: true, resumed});
  while (await opened() === before) await settled(); // what is read first may take its time
  return socket;
}

test('it signs its first message, and is on once it is known', async () => {
  const socket = await connected();
  assert.equal(socket.url, `${host.url.replace('http', 'ws')}/ws?v=2`);
  const {type, device, signature, lastEventId} = socket.sent[0];
  assert.deepEqual(['authenticate', waits.device, undefined], [type, device, lastEventId]);
  assert.match(signature, /^[0-9a-f]{64}$/);
  assert.equal((await store.snapshot()).link.state, 'on');
  assert.equal((await store.snapshot()).site?.real, true);
});

test('it goes on after the last event it took in, and fetches the list, with what still stands, where it has none', async () => {
  let socket = await connected();
  await socket.say({type: 'snapshot', id: '5-0', auctions: [], service: service()});
  await socket.say({type: 'pong', id: '8-0'});
  await store.blank(); // as after the browser was started anew
  socket = await connected(true);
  assert.equal(socket.sent[0].lastEventId, '8-0');
  assert.deepEqual(['7', '70012345'], (await store.snapshot()).lots.map(entry => entry.auction.id));
});

test('asked twice it makes one connection', async () => {
  await connected();
  const before = sockets.length;
  await Promise.all([ensure(), ensure()]);
  assert.equal(sockets.length, before);
});

test('a gateway that is away is said, and tried again by itself', async () => {
  const socket = await connected();
  host.cut = 99;
  socket.end(1006);
  const link = async () => (await store.snapshot()).link;
  while ((await link()).state === 'on') await settled();
  assert.deepEqual(['off', 'away'], (({state, code}) => [state, code])(await link()));
  host.cut = 0;
  while (sockets.length < 2) await settled();
});

test('a revoked device is told so, with what to do', async () => {
  await connected();
  delete host.devices[waits.device];
  await reconnect();
  await settled();
  await /** @type {FakeSocket} */ (sockets.at(-1)).say({type: 'authenticated', success: false, error: 'This device is not paired, or was revoked'});
  await settled();
  assert.deepEqual(['refused', 'UNKNOWN_DEVICE', 'This browser was disconnected on the host. Pair it again.'], (({link}) => [link.state, link.code, link.why])(await store.snapshot()));
});

test('an older protocol is said to be too old', async () => {
  await reconnect();
  await settled();
  await /** @type {FakeSocket} */ (sockets.at(-1)).say({type: 'connected', clientId: 'c', message: ''});
  assert.equal((await store.snapshot()).link.code, 'version');
});

test('without a gateway it says so and tries nothing', async () => {
  await store.keepGateway(null);
  await reconnect();
  assert.equal((await store.snapshot()).link.state, 'unpaired');
  assert.equal(sockets.length, 0);
  void browser;
});
