import assert from 'node:assert/strict';
import {test} from 'node:test';
import {allIn, basisPoints, cents, hammerCap} from '../lib/money.js';

const RATES = {premium: '15', tax: '8.3'};

test('an amount is read as a person writes it, and only then', () => {
  for (const [text, made] of /** @type {[string, number | null][]} */ ([['41', 4100], ['$41.5', 4150], [' 1,041.50 ', 104150], ['0.01', 1], ['0', null], ['', null], ['-4', null], ['4e3', null], ['41.505', null], ['1,04', null], ['41 $', null], ['999999999', null]])) assert.equal(cents(text), made, text);
});

test('the example of the rules: fourteen dollars become 17.44 out the door', () => {
  assert.equal(allIn(1400, RATES), 1744);
});

test('halves of a cent go up, in premium and in tax', () => {
  assert.equal(allIn(100, {premium: '0.5', tax: '0'}), 101);
  assert.equal(allIn(100, {premium: '0.49', tax: '0'}), 100);
});

test('the hammer cap is the largest whole dollar that is not above the all-in cap', () => {
  for (let most = 1; most < 20_000; most += 37) {
    const cap = /** @type {number} */ (hammerCap(most, RATES));
    assert.ok(cap === 0 || /** @type {number} */ (allIn(cap, RATES)) <= most);
    assert.ok(/** @type {number} */ (allIn(cap + 100, RATES)) > most);
  }
});

test('rates that cannot be read give nothing, never a guess', () => {
  assert.equal(allIn(1400, {premium: 'fifteen', tax: '8'}), null);
  assert.equal(hammerCap(1400, {premium: '', tax: '8'}), null);
  assert.equal(basisPoints('8.25'), 825);
  assert.equal(basisPoints('8.255'), null);
});
