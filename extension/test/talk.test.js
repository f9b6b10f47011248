// Pairing, signed requests and commands, against a gateway that checks every signature.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {gateway} from './gateway.js';
import {install} from './chrome.js';

const browser = install();
const [{ApiError, ask, newKey, pattern}, {run}, pairing, store, moving, {diagnosis}, log, vault] = await Promise.all([import('../lib/api.js'), import('../lib/commands.js'), import('../lib/pairing.js'), import('../lib/store.js'), import('../lib/moving.js'), import('../lib/diagnosis.js'), import('../lib/log.js'), import('../lib/vault.js')]);
/** @type {any} */
let host;

before(async () => { host = await gateway(); });
after(() => host.close());
beforeEach(async () => { host.seen.length = 0; host.status = null; host.cut = 0; host.answers = {}; browser.set({allowed: true}); });

async function pair() {
  host.code = 'ABCD2345';
  const waits = await pairing.claim(host.url, 'abcd-2345', 'Laptop');
  host.pending[waits.device].yes = true;
  assert.equal(await pairing.settle(), 'paired');
  return waits;
}

test('without a pairing nothing is asked', async () => {
  await assert.rejects(ask('GET', '/api/status'), {code: 'unpaired', message: 'This browser is not paired with a gateway yet.'});
  await assert.rejects(pairing.claim(host.url, 'ABCD-2346', 'Laptop'), {code: 'PAIRING_REFUSED'});
  assert.equal(await pairing.pending(), null);
});

test('pairing shows the digits of the host, waits for its yes, and then every request is signed', async () => {
  host.code = 'ABCD2345';
  const waits = await pairing.claim(host.url, 'abcd-2345', 'Laptop');
  assert.equal(waits.check, host.pending[waits.device].check);
  assert.equal(await pairing.settle(), 'pending');
  host.pending[waits.device].yes = true;
  assert.equal(await pairing.settle(), 'paired');
  assert.deepEqual({url: host.url, device: waits.device, name: 'Laptop'}, (({url, device, name}) => ({url, device, name}))(/** @type {any} */ (await store.gateway())));
  assert.equal((await ask('GET', '/api/status')).success, true);
  assert.equal(host.seen.at(-1).by, waits.device);
});

test('a no on the host leaves nothing behind', async () => {
  host.code = 'ABCD2345';
  const waits = await pairing.claim(host.url, 'ABCD2345', 'Laptop');
  delete host.pending[waits.device];
  assert.equal(await pairing.settle(), 'refused');
  assert.equal(await pairing.pending(), null);
  assert.equal(await vault.key('pending'), null);
});

test('the address is made whole, and what is none is said', () => {
  assert.equal(pairing.address(' localhost:3000/x '), 'http://localhost:3000');
  assert.equal(pairing.address('wss://nas.local:3443/ws'), 'https://nas.local:3443');
  for (const wrong of ['', 'ftp://x', 'http://me:pw@host', '::']) assert.throws(() => pairing.address(wrong), {field: 'url'}, wrong);
  assert.throws(() => pairing.code('ABCD-018'), {field: 'code'});
  assert.equal(pattern('http://localhost:3000'), 'http://localhost/*');
});

test('what answers but is not Bidwright, or is too old, is told apart', async () => {
  host.status = [200, '<html>'];
  await assert.rejects(pairing.knock(host.url), {code: 'strange'});
  host.status = [200, {hello: 1}];
  await assert.rejects(pairing.knock(host.url), {code: 'strange'});
  host.status = [404, {success: false, error: 'Cannot POST', code: 'NOT_FOUND'}];
  await assert.rejects(pairing.claim(host.url, 'ABCD2345', 'x'), {code: 'version'});
  host.status = [421, {error: 'This address is not known here', code: 'MISDIRECTED'}];
  await assert.rejects(pairing.knock(host.url), {message: 'This address is not known here'});
});

test('a gateway that only paired extensions may call can be paired with all the same', async () => {
  host.status = [403, {success: false, error: 'This origin may not call', code: 'FORBIDDEN_ORIGIN'}];
  await pairing.knock(host.url);
  host.status = null;
  host.code = 'ABCD2345';
  const waits = await pairing.claim(host.url, 'ABCD2345', 'Laptop');
  host.status = [403, {success: false, error: 'This origin may not call', code: 'FORBIDDEN_ORIGIN'}];
  assert.equal(await pairing.settle(), 'pending');
  host.status = null;
  host.pending[waits.device].yes = true;
  assert.equal(await pairing.settle(), 'paired');
});

test('not running and not allowed are told apart', async () => {
  await assert.rejects(pairing.knock('http://127.0.0.1:9'), {code: 'away', message: '127.0.0.1:9 does not answer. Is Bidwright running there?'});
  browser.set({allowed: false});
  browser.chrome.permissions.contains = async () => false;
  await assert.rejects(pairing.knock('http://127.0.0.1:9'), {code: 'blocked'});
  browser.chrome.permissions.contains = async () => true;
});

test('a change whose answer was lost is asked again under its key, and happens once', async () => {
  await pair();
  host.cut = 1;
  await run({do: 'change', id: '7', config: {maxBid: 41}, version: '3', mode: 'live', key: newKey()});
  const done = host.seen.filter((/** @type {any} */ one) => one.name);
  assert.deepEqual([['PUT /api/auctions/7/config', {config: {maxBid: 41}, expectVersion: '3', expectMode: 'live'}]], done.map((/** @type {any} */ one) => [one.name, one.body]));
  assert.match(done[0].key, /^[A-Za-z0-9_-]{20,}$/);
});

test('each command goes where it should, and nothing else is done', async () => {
  await pair();
  const key = newKey();
  await run({do: 'watch', id: '7', config: {maxAllIn: 41}, mode: 'dry-run', key: newKey()});
  await run({do: 'halt', key});
  await run({do: 'halt', key});
  await run({do: 'groupLots', group: 'g1', lots: ['7'], key: newKey()});
  await run({do: 'similar', id: '7'});
  assert.deepEqual(['POST /api/auctions/7/monitor', 'POST /api/halt', 'PUT /api/groups/g1/lots', 'GET /api/auctions/7/similar'], host.seen.map((/** @type {any} */ one) => one.name));
  for (const wrong of /** @type {any[]} */ ([{do: 'change', id: '../x', key: 'k'}, {do: 'change', id: '7'}, {do: 'constructor', key: 'k'}, {do: 'groupLots', group: 'a/b', lots: [], key: 'k'}])) await assert.rejects(async () => run(wrong), ApiError, wrong.do);
});

test('a refusal is the gateway\'s own sentence; a revoked device says what to do', async () => {
  const waits = await pair();
  host.answers['PUT /api/auctions/7/config'] = [400, {success: false, error: 'Max bid must be positive.', code: 'VALIDATION_ERROR', field: 'config.maxBid'}];
  await assert.rejects(run({do: 'change', id: '7', config: {}, key: newKey()}), {message: 'Max bid must be positive.', field: 'config.maxBid'});
  delete host.devices[waits.device];
  await assert.rejects(ask('GET', '/api/status'), {code: 'UNKNOWN_DEVICE', message: 'This browser was disconnected on the host. Pair it again.'});
});

test('the old extension\'s address and token are taken over once, and the token is used and forgotten', async () => {
  await store.keepGateway(null);
  await browser.chrome.storage.local.set({backendUrl: host.url, authToken: 'owner', defaultMaxBid: 10, bidSettings: {}});
  assert.equal(await moving.moveIn(), true);
  const old = /** @type {any} */ (await moving.inherited());
  assert.deepEqual({url: host.url, token: 'owner'}, old);
  await assert.rejects(pairing.byToken(host.url, 'wrong', 'Laptop'), {code: 'token'});
  await pairing.byToken(old.url, old.token, 'Laptop');
  await moving.settled();
  assert.equal((await ask('GET', '/api/status')).success, true);
  const kept = JSON.stringify(await browser.chrome.storage.local.get(null));
  assert.doesNotMatch(kept, /"owner"|backendUrl|bidSettings/);
  assert.equal(await moving.moveIn(), false);
});

test('diagnostics hold no key, no name of the gateway, no title, no amount', async () => {
  const {auction, service} = await import('./chrome.js');
  await pair();
  await store.show({service: service(), site: {real: true, simulated: false, address: 'https://www.nellisauction.com'}});
  await store.keepLots({7: {auction: auction({title: 'Secret title', exposure: 42424242}), at: 1}});
  for (let n = 0; n < 250; n += 1) await log.note('link.open', 'resumed');
  const text = JSON.stringify(await diagnosis());
  for (const secret of ['Secret title', '42424242', '127.0.0.1', (await store.gateway())?.device ?? '-', '70012345']) assert.doesNotMatch(text, new RegExp(secret), secret);
  assert.equal((await log.notes()).length, 200);
});

test('leaving lets the device go on the host and forgets the key here', async () => {
  const waits = await pair();
  await pairing.leave(ask);
  assert.equal(host.seen.at(-1).name, `DELETE /api/devices/${waits.device}`);
  assert.equal(await vault.key('device'), null);
  assert.equal(await store.gateway(), null);
});
