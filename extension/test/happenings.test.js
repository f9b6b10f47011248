import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ofLot, ofService} from '../lib/happenings.js';
import {auction, service} from './chrome.js';

const kinds = (/** @type {ReturnType<typeof ofLot>} */ found) => found.told.map(one => one.kind);
const leading = auction({data: {isWinning: true}}), trouble = {kind: 'wont', sentence: 'Will NOT bid, because the next bid is above the limit'};

test('a lead that is gone is told once per price, with the gateway\'s own sentence where it has one', () => {
  const lost = ofLot(leading, auction({data: {currentBid: 20}, ownHigh: 14}));
  assert.deepEqual([['outbid', '70012345:outbid:20', '']], lost.told.map(one => [one.kind, one.key, one.text]));
  const said = ofLot(leading, auction({data: {currentBid: 20}}), [{kind: 'outbid', message: 'Outbid on Lamp: now $20'}]);
  assert.deepEqual([['70012345:outbid:20', 'Outbid on Lamp: now $20']], said.told.map(one => [one.key, one.text]));
});

test('an outbid that was missed while away is told by the event\'s own note', () => {
  assert.deepEqual(['outbid'], kinds(ofLot(leading, leading, [{kind: 'outbid', message: 'x'}])));
});

test('an end is told once, won always, lost only where somebody cared', () => {
  assert.deepEqual([['won', '70012345:ended']], ofLot(leading, auction({status: 'ended', outcome: 'won'})).told.map(one => [one.kind, one.key]));
  assert.deepEqual(['lost'], kinds(ofLot(auction(), auction({status: 'ended', outcome: 'lost'}))));
  assert.deepEqual([], kinds(ofLot(auction({config: {autoBid: false}}), auction({status: 'ended', outcome: 'lost', config: {autoBid: false}}))));
  assert.deepEqual([], kinds(ofLot(auction({status: 'ended'}), auction({status: 'ended', outcome: 'lost'}))));
});

test('a lot that will not bid is told, and again only after it was fine', () => {
  const stuck = ofLot(auction(), auction({forecast: trouble}));
  assert.deepEqual([['wont', '70012345:wont', trouble.sentence]], stuck.told.map(one => [one.kind, one.key, one.text]));
  assert.deepEqual([], stuck.over);
  assert.deepEqual(['70012345:wont'], ofLot(auction({forecast: trouble}), auction()).over);
  assert.deepEqual([], kinds(ofLot(null, auction({forecast: trouble, config: {autoBid: false}}))));
});

test('a session that ended and a stop are told; when they are over they may come again', () => {
  assert.deepEqual(['session'], ofService(service({session: 'expired'})).told.map(one => one.key));
  assert.deepEqual(['halt:4'], ofService(service({halted: true, gen: '4'})).told.map(one => one.key));
  assert.deepEqual({told: [], over: ['session']}, ofService(service()));
  assert.deepEqual([], ofService(service({session: 'expired', mode: 'dry-run'})).told);
});
