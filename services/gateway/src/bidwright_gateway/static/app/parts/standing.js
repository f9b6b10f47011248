// How a lot stands, drawn the same everywhere: state, hammer and all-in price, the cap on a bar, the sentence.
import {html, useRef, useState} from '../lib/html.js';
import {allInText, hammerText, span, t} from '../lib/words.js';
import {staleFor, stateOf} from '../../shared/lots.js';
import {second} from '../state/clock.js';
import {fresh} from '../state/store.js';
import {Shape} from './shape.js';

// The state's word and the age of a price that is too old; while nobody tells us anything, every price is.
export function standingOf(entry) {
  const now = second.value, state = stateOf(entry, now), off = !fresh.value && entry.auction.status === 'monitoring';
  const seen = entry.auction.data?.seenAt, age = staleFor(entry, now) || (off && seen ? entry.auction.lastUpdate + (now - entry.at) - seen : 0);
  return {state, age};
}

export const State = ({state, age}) => html`<span class="state" data-state=${state}><${Shape} of=${age ? 'stale' : state} />${
  age ? t('state_old', t(`state_${state}`), span(age)) : t(`state_${state}`)}</span>`;

export function Price({auction}) {
  const {data} = auction, before = useRef(), ended = auction.status === 'ended', begun = Boolean(data && (data.bidCount || data.currentBid));
  const moved = before.current !== undefined && before.current !== data?.currentBid;
  before.current = data?.currentBid;
  if (!data) return html`<p class="price"><small>${t('not_read_yet')}</small></p>`;
  const amount = ended && auction.allIn.final !== undefined ? auction.allIn.final : begun || ended ? auction.allIn.current : auction.allIn.next;
  return html`<p key=${data.currentBid} class="price ${moved ? 'flash' : ''}"><span class="hammer">${begun ? `${hammerText(data.currentBid)} →` : t('no_bid_yet')}</span>${' '}
    <span class="all-in">${allInText(amount)} <small>${t(begun || ended ? 'all_in' : 'all_in_first')}</small></span></p>`;
}

// The cap as its owner typed it, and what it means.
export const capText = ({config, caps}) => config.maxAllIn === undefined
  ? t('cap_hammer', hammerText(caps.hammer), allInText(caps.allIn))
  : t('cap_all_in', allInText(config.maxAllIn), hammerText(caps.hammer));

export function Bar({auction}) {
  const price = auction.data?.currentBid ?? 0, cap = auction.caps.hammer, most = Math.max(price, cap) * 1.05 || 1;
  return html`<div class="bar" role="img" data-over=${price > cap ? '1' : '0'} aria-label=${t('bar_label', hammerText(price), hammerText(cap))}>
    <i style=${{width: `${price / most * 100}%`}}></i><b style=${{left: `${cap / most * 100}%`}}></b></div>`;
}

export const sentenceOf = auction => auction.error ?? auction.forecast?.sentence ?? '';
export const Say = ({auction}) => html`<p class="say" data-kind=${auction.status === 'error' ? 'trouble' : auction.forecast?.kind ?? ''}>${sentenceOf(auction)}</p>`;

// Where a price comes from, and how old it is.
export function Source({entry}) {
  const {auction} = entry, seen = auction.data?.seenAt;
  if (!seen || auction.status === 'ended') return null;
  const now = auction.lastUpdate + (second.value - entry.at), heard = auction.data.updateSource === 'sse' ? Date.parse(auction.data.lastSSEUpdate ?? '') : 0;
  return html`<span class="muted tabular">${heard ? t('price_heard', span(now - heard)) : t('price_seen', span(now - seen))}</span>`;
}

export function Photo({url, large = false}) {
  const [broken, fail] = useState('');
  if (!url || broken === url) return html`<div class="photo none" aria-hidden="true">B</div>`;
  return html`<img key=${url} class="photo ${large ? 'large' : ''}" alt="" loading="lazy" referrerpolicy="no-referrer" src=${url} onError=${() => fail(url)} />`;
}
