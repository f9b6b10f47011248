// What a lot's state is, what is left of its time, and in which order lots stand. Times are handed in.
/** @import {Entry, Link, Service} from './types.js' */

const DOUBT_MS = 4000, OPEN = new Set(['monitoring', 'error']);

/** @typedef {'watching' | 'armed' | 'winning' | 'outbid' | 'needs' | 'doubt' | 'won' | 'lost' | 'ended'} State */

/** The one word for how a lot stands. @param {Entry} entry @param {number} now our clock, ms @returns {State} */
export function stateOf({auction, doubtAt}, now) {
  if (auction.status === 'ended') return auction.outcome === 'won' ? 'won' : auction.outcome === 'lost' ? 'lost' : 'ended';
  if (auction.status === 'error') return 'needs';
  if (doubtAt && now - doubtAt > DOUBT_MS) return 'doubt';
  if (troubled(auction)) return 'needs';
  if (auction.data?.isWinning) return 'winning';
  if (auction.ownHigh > 0 && auction.exposure === 0) return 'outbid'; // while a bid may still cost something, the next read shows where it stands
  return auction.config.autoBid ? 'armed' : 'watching';
}

/** Whether it will not do what its owner wants. @param {Entry['auction']} auction */
export function troubled(auction) {
  const kind = auction.forecast?.kind;
  return kind === 'trouble' || (kind === 'wont' && auction.config.autoBid && !auction.data?.isWinning);
}

/** The site's clock now: what was said, and what passed since. @param {Entry} entry @param {number} now */
export const siteNow = (entry, now) => entry.auction.lastUpdate + (now - entry.at);

/** Seconds until the close; Infinity while it is not known. @param {Entry} entry @param {number} now */
export function secondsLeft(entry, now) {
  const close = entry.auction.data?.closeTime;
  return close ? (Date.parse(close) - siteNow(entry, now)) / 1000 : Infinity;
}

/** How old the price is, in ms, when that is older than it should be so near to the close; else 0. @param {Entry} entry @param {number} now */
export function staleFor(entry, now) {
  const seen = entry.auction.data?.seenAt, seconds = secondsLeft(entry, now);
  if (!seen || entry.auction.status !== 'monitoring') return 0;
  const age = siteNow(entry, now) - seen, most = seconds < 120 ? 15 : seconds < 600 ? 90 : seconds < 3600 ? 600 : 2700;
  return age > most * 1000 ? age : 0;
}

/**
 * Lots by what a person looks for first: those that need somebody, those that close next, those let go that still stand, those that ended.
 * @param {Entry[]} entries @param {number} now
 */
export function sections(entries, now) {
  const byClose = [...entries].sort((a, b) => secondsLeft(a, now) - secondsLeft(b, now) || a.auction.id.localeCompare(b.auction.id));
  const open = byClose.filter(({auction}) => OPEN.has(auction.status) && !auction.standing);
  const needs = open.filter(entry => ['needs', 'doubt'].includes(stateOf(entry, now)));
  return {
    needs,
    next: open.filter(entry => !needs.includes(entry)),
    standing: byClose.filter(({auction}) => auction.standing && auction.status !== 'ended'),
    ended: byClose.filter(({auction}) => auction.status === 'ended').sort((a, b) => (b.auction.endedAt ?? 0) - (a.auction.endedAt ?? 0)),
  };
}

/** @type {Record<string, (state: State) => boolean>} What each filter lets through. */
export const FILTERS = {
  all: () => true,
  armed: state => ['armed', 'winning', 'outbid', 'needs', 'doubt'].includes(state),
  winning: state => state === 'winning',
  needs: state => ['needs', 'doubt', 'outbid'].includes(state),
  ended: state => ['won', 'lost', 'ended'].includes(state),
};

/**
 * What the badge shows: how many lots are armed, and whether something needs the user.
 * @param {Entry[]} entries @param {Service | null} service @param {Link} link @param {number} now
 */
export function badge(entries, service, link, now) {
  const open = entries.filter(({auction}) => OPEN.has(auction.status) && !auction.standing);
  const armed = open.filter(({auction}) => auction.config.autoBid).length;
  const wrong = ['off', 'refused'].includes(link.state) || Boolean(service?.halted) || sessionWrong(service) || service?.storeUp === false;
  const alarm = link.state !== 'unpaired' && (wrong || open.some(entry => ['needs', 'doubt'].includes(stateOf(entry, now))));
  return {text: alarm && armed === 0 ? '!' : armed ? String(armed) : '', alarm, armed};
}

/** Whether real bids wait for somebody to log in at the site. @param {Service | null} service */
export const sessionWrong = service => Boolean(service && service.mode === 'live' && ['expired', 'missing', 'unreadable'].includes(service.session));

/** The lot's number in an address of the site; empty when it is no lot's page. @param {string} address */
export function lotIdOf(address) {
  const found = /^\/(?:p\/[^/]+|auction)\/(\d{1,18})\/?$/.exec(pathOf(address));
  return found ? found[1] : '';
}

/** @param {string} address */
function pathOf(address) {
  try { return new URL(address, 'https://www.nellisauction.com').pathname; } catch { return ''; }
}
