// How a lot stands, drawn the same everywhere: state and time, hammer and all-in price, the cap on a bar, and the sentence.
/** @import {Entry} from './types.js' */
import {countdown} from './clock.js';
import {el, put, shape} from './dom.js';
import {staleFor, stateOf} from './lots.js';
import {allInText, hammerText, span, t} from './words.js';

/** The parts of a lot's standing, each to be put where a surface wants it; *draw* and *tick* bring them up to date. */
export function standing() {
  const state = el('span', {className: 'state'}), clock = countdown();
  const hammer = el('span', {className: 'hammer'}), price = el('span', {className: 'all-in'}), cap = el('p', {className: 'muted tabular'});
  const bar = el('div', {className: 'bar', role: 'img'}, el('i'), el('b')), say = el('p', {className: 'say'});
  /** @type {number | undefined} */
  let before;
  let shown = '';

  /** @param {Entry} entry @param {number} now @param {HTMLElement} host whose dataset tells the state to the style */
  function draw(entry, now, host) {
    const {auction} = entry, {data} = auction;
    const begun = Boolean(data && (data.bidCount || data.currentBid)), final = auction.status === 'ended' ? auction.allIn.final : undefined;
    put(hammer, data ? (begun ? `${hammerText(data.currentBid)} →` : t('no_bid_yet')) : '');
    const amount = final ?? (begun || auction.status === 'ended' ? auction.allIn.current : auction.allIn.next);
    const text = data ? allInText(amount) : '';
    const unit = t(!data ? 'not_read_yet' : begun || auction.status === 'ended' ? 'all_in' : 'all_in_first');
    if (price.textContent !== `${text} ${unit}`) price.replaceChildren(text, ' ', el('small', {}, unit));
    put(cap, capText(auction));
    const most = Math.max(data?.currentBid ?? 0, auction.caps.hammer) * 1.05 || 1;
    /** @type {HTMLElement} */ (bar.children[0]).style.width = `${(data?.currentBid ?? 0) / most * 100}%`;
    /** @type {HTMLElement} */ (bar.children[1]).style.left = `${auction.caps.hammer / most * 100}%`;
    bar.dataset.over = (data?.currentBid ?? 0) > auction.caps.hammer ? '1' : '0';
    bar.ariaLabel = t('bar_label', hammerText(data?.currentBid), hammerText(auction.caps.hammer));
    put(say, auction.error ?? auction.forecast?.sentence ?? '');
    say.dataset.kind = auction.status === 'error' ? 'trouble' : auction.forecast?.kind ?? '';
    if (before !== undefined && data && before !== data.currentBid) { price.classList.remove('flash'); requestAnimationFrame(() => price.classList.add('flash')); }
    before = data?.currentBid;
    tick(entry, now, host);
  }

  /** @param {Entry} entry @param {number} now @param {HTMLElement} host */
  function tick(entry, now, host) {
    const word = stateOf(entry, now), age = staleFor(entry, now);
    const text = age ? t('state_old', t(`state_${word}`), span(age)) : t(`state_${word}`);
    if (shown !== word + text) { shown = word + text; state.replaceChildren(shape(age ? 'stale' : word), text); }
    if (host.dataset.state !== word) host.dataset.state = word;
    if (host.dataset.stale !== (age ? '1' : '0')) host.dataset.stale = age ? '1' : '0';
    clock.tick(entry, now);
  }
  return {state, clock: clock.node, hammer, price, cap, bar, say, draw, tick};
}

/** The cap as its owner typed it, and what it means. @param {Entry['auction']} auction */
export function capText({config, caps}) {
  return config.maxAllIn === undefined
    ? t('cap_hammer', hammerText(caps.hammer), allInText(caps.allIn))
    : t('cap_all_in', allInText(config.maxAllIn), hammerText(caps.hammer));
}
