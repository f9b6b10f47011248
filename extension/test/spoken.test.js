import assert from 'node:assert/strict';
import {test} from 'node:test';
import {allInText, clockTime, hammerText, moment, spokenWith} from '../lib/spoken.js';

const {many, left, span, later} = spokenWith((key, ...parts) => [key, ...parts].join(' '));

test('time left is told in days, hours, minutes, and in seconds for the last two minutes', () => {
  const told = [[200_000, 'left_days 2 7'], [7260, 'left_hours 2 01'], [3599, '59:59'], [120, '2:00'], [119.9, 'left_seconds 119'], [-5, 'left_seconds 0']];
  assert.deepEqual(told.map(([, text]) => text), told.map(([seconds]) => left(Number(seconds))));
});

test('how long ago, and how long after, in the coarsest unit that says something', () => {
  assert.deepEqual(['left_seconds 119', 'span_minutes 2', 'span_hours 2', 'span_days 3'], [119_000, 120_000, 7_200_000, 260_000_000].map(span));
  assert.deepEqual(['', 'later_at_once', 'later_ms 12', 'later 1.5 s', 'later span_minutes 2'], [null, 0, 12, 1500, 120_000].map(later));
  assert.deepEqual(['lots_one 1', 'lots_many 3 x'], [many('lots', 1), many('lots', 3, 'x')]);
});

test('amounts have cents where they have some, and a moment its day unless it is today', () => {
  assert.deepEqual(['$17.44', '$0.00', '$14', '$14.50'], [allInText(17.44), allInText(null), hammerText(14), hammerText(14.5)]);
  const now = new Date(), then = new Date(2020, 0, 2, 3, 4, 5);
  assert.equal(moment(now), clockTime(now));
  assert.equal(moment(then.toISOString()), 'Jan 2 03:04:05');
});
