// The worker's parts: what is taken in, told, shown on the badge, synced and answered; ended in between, nothing comes of it twice.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {auction, install, service} from './chrome.js';
import {gateway} from './gateway.js';

const browser = install();
const [{take, takeList}, {tell, noteButton, noteClicked, noticed}, {paintBadge}, {cookieChanged, syncSession}, {answer}, pairing, store, {ask}] = await Promise.all([import('../background/intake.js'), import('../background/notices.js'), import('../background/badge.js'), import('../background/cookies.js'), import('../background/answer.js'), import('../lib/pairing.js'), import('../lib/store.js'), import('../lib/api.js')]);
const frame = (/** @type {string} */ id, /** @type {any} */ lot, /** @type {any} */ more = {}) => ({type: 'lot', id, kind: 'lot.seen', at: 1, auctionId: '70012345', auction: lot, watched: true, notes: [], ...more});
const kinds = () => [...browser.notices.keys()].map(id => id.split('|')[1]);
/** @type {any} */
let host;

before(async () => {
  host = await gateway();
  host.code = 'ABCD2345';
  const waits = await pairing.claim(host.url, 'ABCD2345', 'Laptop');
  host.pending[waits.device].yes = true;
  await pairing.settle();
});
after(() => host.close());
beforeEach(async () => {
  browser.notices.clear();
  await store.blank();
  await store.keepTold([], Object.keys(await store.told()), 0);
  host.seen.length = 0;
  for (const list of Object.values(browser.did)) list.length = 0;
});

test('an event is in the store, told, and only then counts as heard', async () => {
  await take(frame('1-0', auction({data: {isWinning: true}})));
  await take(frame('2-0', auction({data: {isWinning: false, currentBid: 20}, ownHigh: 14})));
  assert.equal((await store.lot('70012345'))?.auction.data?.currentBid, 20);
  assert.deepEqual(['outbid'], kinds());
  assert.equal(await store.last(), '2-0');
});

test('the same event taken in again, as after a worker that ended, tells nothing twice', async () => {
  await take(frame('1-0', auction({data: {isWinning: true}})));
  const lost = frame('2-0', auction({data: {currentBid: 20}}), {notes: [{kind: 'outbid', message: 'Outbid on Lamp: now $20'}]});
  await take(lost);
  browser.notices.clear();
  await take(lost);
  assert.deepEqual([], kinds());
});

test('a worker that ended after telling and before noting it down tells it under the same name', async () => {
  const one = /** @type {any} */ ({kind: 'won', key: '7:ended', lot: '7', title: 'Lamp', text: 'Won Lamp', mode: 'live', amount: 17});
  await tell(one);
  await tell(one);
  assert.equal(browser.notices.size, 1);
});

test('of a lot only its newest notification stands', async () => {
  await take(frame('1-0', auction({data: {isWinning: true}})));
  await take(frame('2-0', auction({data: {currentBid: 20}})));
  await take(frame('3-0', auction({data: {currentBid: 45}, forecast: {kind: 'wont', sentence: 'Will NOT bid.'}})));
  assert.deepEqual(['wont'], kinds());
  await take(frame('4-0', auction({status: 'ended', outcome: 'lost'})));
  assert.deepEqual(['lost'], kinds());
});

test('a list takes out what is not in it any more', async () => {
  await takeList([auction({id: '1'}), auction({id: '2'})]);
  await takeList([auction({id: '2'})]);
  assert.deepEqual(['2'], (await store.snapshot()).lots.map(entry => entry.auction.id));
  await take(frame('5-0', null, {auctionId: '2', watched: false}));
  assert.deepEqual([], (await store.snapshot()).lots);
});

test('a lot that was let go stays only while something of ours stands on it', async () => {
  const there = async () => (await store.snapshot()).lots.map(entry => entry.auction.id);
  await take(frame('1-0', auction()));
  await take(frame('2-0', auction({standing: true, exposure: 17}), {watched: false}));
  await take({type: 'snapshot', id: '3-0', auctions: [], service: service()}); // does not tell of it
  assert.deepEqual(['70012345'], await there());
  await take(frame('4-0', auction(), {watched: false}));
  assert.deepEqual([], await there());
  await takeList([], [auction({standing: true, exposure: 17})]);
  assert.deepEqual(['70012345'], await there());
  await takeList([], []);
  assert.deepEqual([], await there());
});

test('a bid whose outcome is not known is remembered since when', async () => {
  await take(frame('1-0', auction({inDoubt: 'x'})));
  const since = (await store.lot('70012345'))?.doubtAt;
  await take(frame('2-0', auction({inDoubt: 'x'})));
  assert.equal((await store.lot('70012345'))?.doubtAt, since);
  await take(frame('3-0', auction()));
  assert.equal((await store.lot('70012345'))?.doubtAt, undefined);
});

test('session and halt are told; the switch in the options is kept', async () => {
  await take({type: 'serviceState', service: service({session: 'expired'})});
  assert.deepEqual(['session'], kinds());
  await store.wish({tell: {...store.USUAL.tell, halt: false}});
  await take({type: 'service', id: '9-0', service: service({session: 'expired', halted: true, gen: '5'})});
  assert.deepEqual(['session'], kinds());
  await store.wish({tell: store.USUAL.tell});
});

test('what the notifier says is not said twice', async () => {
  await take(frame('1-0', auction({data: {isWinning: true}})));
  await take(frame('2-0', auction({data: {currentBid: 20}})));
  await noticed({auctionId: '70012345', kind: 'outbid', message: 'Outbid'});
  assert.equal(browser.notices.size, 1);
  await noticed({auctionId: '70012345', kind: 'reminder', message: 'Closes soon'});
  assert.equal(browser.notices.size, 2);
});

test('a button changes nothing by itself: it opens a page that asks', async () => {
  await take(frame('1-0', auction({data: {isWinning: true}})));
  await take(frame('2-0', auction({data: {currentBid: 20}})));
  await noteButton('lot:70012345|outbid', 0);
  await noteButton('lot:70012345|outbid', 1);
  assert.deepEqual(['raise', 'drop'].map(act => `chrome-extension://abcdefghijklmnopabcdefghijklmnop/confirm/confirm.html?do=${act}&lot=70012345`), browser.did.windows);
  await noteClicked('session|session');
  await noteClicked('lot:70012345|outbid');
  assert.deepEqual(['https://www.nellisauction.com/login', 'https://www.nellisauction.com/p/lamp/70012345'], browser.did.tabs);
  assert.deepEqual([], host.seen);
});

test('the badge says how many are armed, and that something needs the user in words', async () => {
  await store.show({link: {state: 'on', why: '', code: '', since: 0}, service: service({halted: true})});
  await store.keepLots({1: {auction: auction(), at: Date.now()}});
  paintBadge();
  await new Promise(resolve => setTimeout(resolve, 200));
  assert.deepEqual(['1', 'Bidwright · 1 lot armed · something needs you'], browser.did.badge);
});

test('the session cookie goes sealed, once, and again when it is another one', async () => {
  host.answers['GET /api/auth/key'] = [200, {keyId: 'k', publicKey: host.own.getPublicKey('base64')}];
  await store.show({link: {state: 'on', why: '', code: '', since: 0}});
  browser.set({cookie: {name: '__session', value: 'canary-cookie'}});
  browser.chrome.cookies.get = async () => ({name: '__session', value: 'canary-cookie'});
  await syncSession('connected');
  await syncSession('connected');
  const sent = () => host.seen.filter((/** @type {any} */ one) => one.name === 'POST /api/auth');
  assert.equal(sent().length, 1);
  assert.deepEqual(['ciphertext', 'keyId', 'nonce', 'publicKey'], Object.keys(sent()[0].body.sealed).sort());
  assert.doesNotMatch(JSON.stringify([host.seen, await browser.chrome.storage.local.get(null), await browser.chrome.storage.session.get(null)]), /canary-cookie/);
  browser.chrome.cookies.get = async () => ({name: '__session', value: 'another'});
  cookieChanged({removed: false, cookie: {name: '__session', domain: 'www.nellisauction.com'}});
  cookieChanged({removed: false, cookie: {name: '__session', domain: 'evilnellisauction.com'}});
  await new Promise(resolve => setTimeout(resolve, 500));
  assert.equal(sent().length, 2);
});

test('a key that was exchanged in between is asked for again', async () => {
  let times = 0;
  host.answers['GET /api/auth/key'] = [200, {keyId: 'k', publicKey: host.own.getPublicKey('base64')}];
  host.answers['POST /api/auth'] = () => (times += 1) === 1 ? [400, {error: 'another key', code: 'VALIDATION_ERROR', field: 'sealed'}] : [200, {success: true}];
  await store.show({link: {state: 'on', why: '', code: '', since: 0}});
  browser.chrome.cookies.get = async () => ({name: '__session', value: 'x'});
  await syncSession('connected');
  assert.equal(times, 2);
});

test('only pages of the site and our own are answered', async () => {
  const from = (/** @type {string} */ url, id = browser.chrome.runtime.id) => /** @type {any} */ ({id, url});
  assert.equal((await answer({type: 'run', command: {do: 'groups'}}, from('https://www.nellisauction.com/p/x/7'))).ok, true);
  assert.equal((await answer({type: 'run', command: {do: 'groups'}}, from('https://evil.example/'))).ok, false);
  assert.equal((await answer({type: 'run', command: {do: 'groups'}}, from('https://www.nellisauction.com/', 'another'))).ok, false);
  assert.equal((await answer({type: 'delete everything'}, from('https://www.nellisauction.com/'))).ok, false);
  const refused = await answer({type: 'run', command: {do: 'lot', id: 'x'}}, from('https://www.nellisauction.com/'));
  assert.deepEqual({ok: false, error: 'There is no lot “x”.', code: 'command', field: ''}, refused);
  await answer({type: 'options'}, from('https://www.nellisauction.com/'));
  assert.equal(browser.did.options.length, 1);
  void ask;
});
