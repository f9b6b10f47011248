// Receipts: each bid's life as a timeline of a few steps, with when, how long after the step before, and one plain sentence.
import {el} from './dom.js';
import {hammerText, later, moment, t} from './words.js';

const HOLDS = 6;

/** @typedef {{at: number | null, sentence: string, afterMs: number | null}} Step */
/** @typedef {{amount: number, word: string, mode: string, steps: Step[], strategy: string, strategyVersion: string, reason: string, latencyMs: number | null, priceAgeMs: number | null}} Receipt */
/** @typedef {{at: number, till: number | null, sentence: string, price: number, nextBid: number}} Hold */

/** @param {{receipts: Receipt[], holds: Hold[], postMortem: string | null}} told */
export function receipts({receipts: found, holds, postMortem}) {
  const made = found.map(one => el('div', {className: 'receipt'}, el('h4', {}, [hammerText(one.amount), one.word, one.mode === 'live' ? '' : t('dry_run').toLowerCase()].filter(Boolean).join(' · ')), steps(one.steps), basis(one)));
  if (postMortem) made.unshift(el('div', {className: 'receipt'}, el('p', {}, postMortem)));
  if (!found.length && !postMortem) made.push(el('div', {className: 'receipt'}, el('p', {className: 'muted'}, t('no_receipts'))));
  if (holds.length) {
    const rows = holds.slice(0, HOLDS).map(hold => ({at: hold.at, sentence: hold.till ? t('held_until', hold.sentence, moment(hold.till)) : hold.sentence, afterMs: null}));
    made.push(el('div', {className: 'receipt'}, el('h4', {}, t('held_back')), steps(rows)));
  }
  return made;
}

/** @param {Step[]} list */
const steps = list => el('ol', {className: 'steps'}, ...list.map(step =>
  el('li', {}, el('time', {}, step.at ? moment(step.at) : ''), el('div', {}, step.sentence, ' ', el('span', {className: 'muted'}, later(step.afterMs))))));

/** What a bid was decided on. @param {Receipt} one */
function basis(one) {
  const said = [one.strategy && `${one.strategy} ${one.strategyVersion}`.trim(), one.reason, one.latencyMs === null ? '' : t('answered_in', one.latencyMs), one.priceAgeMs === null ? '' : t('price_age', one.priceAgeMs)];
  return el('p', {className: 'muted'}, said.filter(Boolean).join(' · '));
}
