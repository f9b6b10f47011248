import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FILTERS, badge, lotIdOf, secondsLeft, sections, sessionWrong, staleFor, stateOf} from '../lib/lots.js';
import {auction, service} from './chrome.js';

const NOW = 1_790_000_100_000;
const entry = (/** @type {any} */ changes = {}, /** @type {any} */ more = {}) => ({auction: auction(changes), at: NOW, ...more});
/** @type {any} */
const ON = {state: 'on', why: '', code: '', since: 0};

test('each state has its word, what needs somebody before what is fine', () => {
  const cases = /** @type {[any, string][]} */ ([
    [{}, 'armed'], [{config: {autoBid: false}}, 'watching'], [{data: {isWinning: true}}, 'winning'], [{ownHigh: 14}, 'outbid'],
    [{forecast: {kind: 'wont', sentence: ''}}, 'needs'], [{forecast: {kind: 'wont', sentence: ''}, config: {autoBid: false}}, 'watching'], [{forecast: {kind: 'trouble', sentence: ''}, data: {isWinning: true}}, 'needs'],
    [{status: 'error'}, 'needs'], [{status: 'ended', outcome: 'won'}, 'won'], [{status: 'ended', outcome: 'lost'}, 'lost'], [{status: 'ended'}, 'ended'], [{data: null}, 'armed'],
  ]);
  for (const [changes, word] of cases) assert.equal(stateOf(entry(changes), NOW), word, JSON.stringify(changes));
  assert.equal(stateOf(entry({}, {doubtAt: NOW - 5000}), NOW), 'doubt');
  assert.equal(stateOf(entry({}, {doubtAt: NOW - 1000}), NOW), 'armed');
});

test('time left is reckoned by the site\'s clock, whatever ours says', () => {
  assert.equal(secondsLeft(entry({lastUpdate: 1_790_000_000_000, data: {closeTime: new Date(1_790_000_060_000).toISOString()}}), NOW + 10_000), 50);
  assert.equal(secondsLeft(entry({data: {closeTime: null}}), NOW), Infinity);
});

test('a price is old sooner when the close is near', () => {
  const near = entry({data: {closeTime: new Date(1_790_000_060_000).toISOString(), seenAt: 1_789_999_980_000}}), far = entry({data: {seenAt: 1_789_999_980_000, closeTime: new Date(1_790_009_999_000).toISOString()}});
  assert.equal(staleFor(near, NOW), 20_000);
  assert.equal(staleFor(far, NOW), 0);
});

test('lots stand by what needs somebody, then by their close', () => {
  const at = (/** @type {string} */ id, /** @type {number} */ s, /** @type {any} */ more = {}) => entry({id, ...more, data: {closeTime: new Date(1_790_000_000_000 + s * 1000).toISOString()}});
  const found = sections([at('3', 300), at('1', 100), at('2', 200, {forecast: {kind: 'trouble', sentence: ''}}), at('4', 50, {standing: true}), at('5', -10, {status: 'ended', endedAt: 5}), at('6', -20, {status: 'ended', endedAt: 9})], NOW);
  assert.deepEqual(Object.fromEntries(Object.entries(found).map(([kind, all]) => [kind, all.map(one => one.auction.id)])), {needs: ['2'], next: ['1', '3'], standing: ['4'], ended: ['6', '5']});
});

test('the badge counts armed lots and is red when something needs the user', () => {
  assert.deepEqual(badge([entry()], service(), ON, NOW), {text: '1', alarm: false, armed: 1});
  assert.equal(badge([entry()], service({halted: true}), ON, NOW).alarm, true);
  assert.equal(badge([entry()], service({session: 'expired'}), ON, NOW).alarm, true);
  assert.deepEqual(badge([], service(), {...ON, state: 'off'}, NOW), {text: '!', alarm: true, armed: 0});
  assert.deepEqual(badge([], null, {...ON, state: 'unpaired'}, NOW), {text: '', alarm: false, armed: 0});
  assert.equal(sessionWrong(service({mode: 'dry-run', session: 'expired'})), false);
});

test('the number is read off the site\'s addresses and no other', () => {
  assert.equal(lotIdOf('https://www.nellisauction.com/p/a-lamp/70012345?x=1'), '70012345');
  assert.equal(lotIdOf('/auction/70012345'), '70012345');
  for (const other of ['/p/lamp', '/p/lamp/7/bids', '/search?query=/p/x/7', 'javascript:0']) assert.equal(lotIdOf(other), '', other);
});

test('filters let through what their names say', () => {
  assert.deepEqual(Object.keys(FILTERS).filter(name => FILTERS[name]('outbid')), ['all', 'armed', 'needs']);
  assert.deepEqual(Object.keys(FILTERS).filter(name => FILTERS[name]('won')), ['all', 'ended']);
});
