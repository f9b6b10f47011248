import assert from 'node:assert/strict';
import {test} from 'node:test';
import {SHAPES} from '../lib/shapes.js';

test('every state has a shape, and those that mean different things differ', () => {
  const states = ['watching', 'armed', 'winning', 'outbid', 'needs', 'doubt', 'won', 'lost', 'ended', 'stale'];
  assert.deepEqual(Object.keys(SHAPES).sort(), [...states].sort());
  const apart = ['watching', 'armed', 'winning', 'outbid', 'needs', 'doubt', 'lost', 'stale'].map(state => SHAPES[state]);
  assert.equal(new Set(apart).size, apart.length);
});
