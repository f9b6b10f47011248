// The cap as a person types it: all-in or hammer, with what it means beside it. Nothing is sent from here.
/** @import {Auction, Rates} from './types.js' */
import {el, put} from './dom.js';
import {allIn, cents, hammerCap} from './money.js';
import {allInText, hammerText, t} from './words.js';

let made = 0;

/**
 * *fill* shows what is stored until somebody types; *read* gives the settings to send, or null and marks the box.
 * @param {{legend: string, onchange?: () => void}} options
 */
export function capForm({legend, onchange = () => {}}) {
  const name = `basis-${++made}`;
  const radio = (/** @type {string} */ value) => el('input', {type: 'radio', name, value, onchange: () => { basis = value; convert(); changed(); }});
  const byAllIn = radio('all-in'), byHammer = radio('hammer');
  const box = el('input', {id: `${name}-amount`, inputMode: 'decimal', autocomplete: 'off', oninput: () => changed()});
  const means = el('p', {className: 'muted', role: 'status', id: `${name}-means`}), wrong = el('p', {className: 'wrong', role: 'alert', id: `${name}-wrong`});
  box.setAttribute('aria-describedby', `${means.id} ${wrong.id}`);
  const node = el('fieldset', {className: 'stack'},
    el('legend', {className: 'hide-visually'}, legend),
    el('label', {htmlFor: box.id}, legend),
    el('div', {className: 'row'},
      el('div', {className: 'money-box grow'}, box),
      el('div', {className: 'segments', role: 'radiogroup', ariaLabel: t('cap_basis')}, el('label', {}, byAllIn, el('span', {}, t('cap_by_all_in'))), el('label', {}, byHammer, el('span', {}, t('cap_by_hammer'))))),
    means, wrong);
  let basis = 'all-in', stored = '', storedBasis = '', rated = /** @type {Rates | null} */ (null);

  const known = () => rated !== null && rated.source !== 'assumed';
  const amount = () => cents(box.value);

  function changed() { say(''); explain(); onchange(); }

  /** What was typed, in the other way of counting. */
  function explain() {
    const typed = amount();
    if (!rated) { put(means, ''); return; }
    if (typed === null) { put(means, t('cap_rates', rated.premium, rated.tax)); return; }
    if (basis === 'hammer') put(means, t('cap_means_all_in', allInText((allIn(typed, rated) ?? 0) / 100), rated.premium, rated.tax));
    else if (!hammerCap(typed, rated)) put(means, t('cap_too_small', allInText((allIn(100, rated) ?? 0) / 100)));
    else put(means, t('cap_means_hammer', hammerText((hammerCap(typed, rated) ?? 0) / 100), rated.premium, rated.tax));
    if (!known()) means.append(' ', t('cap_assumed'));
  }

  /** A change of the way of counting keeps the meaning of what was typed. */
  function convert() {
    const typed = amount();
    if (typed === null || !rated) return;
    const other = basis === 'hammer' ? hammerCap(typed, rated) : allIn(typed, rated);
    if (other) box.value = basis === 'hammer' ? String(other / 100) : (other / 100).toFixed(2);
  }

  /** @param {string} sentence */
  function say(sentence) {
    put(wrong, sentence);
    if (sentence) box.setAttribute('aria-invalid', 'true'); else box.removeAttribute('aria-invalid');
  }

  return {
    node, box, say,
    get dirty() { return box.value !== stored || basis !== storedBasis; },
    /** What was typed, in cents, and how; null when it is no amount. */
    get typed() { const typed = amount(); return typed === null ? null : {cents: typed, basis}; },
    /** @param {Auction | null} auction null: not watched yet @param {Rates | null} rates @param {string} [suggestion] */
    fill(auction, rates, suggestion = '') {
      rated = rates;
      const all = auction ? auction.config.maxAllIn !== undefined : known();
      const text = auction ? (auction.config.maxAllIn !== undefined ? auction.config.maxAllIn.toFixed(2) : String(auction.config.maxBid)) : suggestion;
      if (!storedBasis || !this.dirty) { box.value = text; basis = all ? 'all-in' : 'hammer'; byAllIn.checked = all; byHammer.checked = !all; say(''); }
      stored = text; storedBasis = all ? 'all-in' : 'hammer';
      explain();
    },
    /** Whatever was typed takes the place of what was stored. */
    keep() { stored = box.value; storedBasis = basis; },
    /** The settings to send for a new watch, or for a change of *auction*; null when what was typed is no cap. @param {Auction | null} auction */
    read(auction) {
      const typed = amount();
      if (typed === null) { say(t(box.value.trim() ? 'cap_not_a_number' : 'cap_empty')); box.focus(); return null; }
      if (basis === 'hammer') {
        if (typed % 100) { say(t('cap_whole')); box.focus(); return null; }
        return {maxBid: typed / 100, ...(auction?.config.maxAllIn === undefined ? {} : {maxAllIn: null})};
      }
      const hammer = rated ? hammerCap(typed, rated) : null;
      if (hammer === 0) { say(t('cap_too_small', allInText((allIn(100, /** @type {Rates} */ (rated)) ?? 0) / 100))); box.focus(); return null; }
      return {maxAllIn: typed / 100, ...(auction && hammer !== null && !follows(auction) ? {maxBid: hammer / 100} : {})};
    },
  };
}

/** Whether the hammer cap was made from the all-in cap, and so goes with it. @param {Auction} auction */
export function follows({config, rates}) {
  return config.maxAllIn !== undefined && hammerCap(Math.round(config.maxAllIn * 100), rates) === config.maxBid * 100;
}
