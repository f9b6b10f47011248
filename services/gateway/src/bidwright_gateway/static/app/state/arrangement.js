// Which lots are shown, in which order and under which heading. What a person asks for is shown at once; what the market and the time do gathers a
// moment: rows that change places are drawn anew, which is the dearest thing this page does, and nobody reads a list that jumps more often.
import {effect, signal, untracked} from '../lib/html.js';
import {FILTERS, stateOf} from '../../shared/lots.js';
import {second} from './clock.js';
import {lots, roster} from './store.js';

const SOON = 5, PAUSE_MS = 500, NEEDING = new Set(['needs', 'doubt']);

export const query = signal(''), filter = signal('all'), place = signal(''), sort = signal('close');
// Headings and lots from top to bottom; how many are shown and how many there are; where they are.
export const arranged = signal({items: [], shown: 0, total: 0, places: []});

const byClose = (a, b) => a.closeAt - b.closeAt || a.auction.id.localeCompare(b.auction.id);
export const SORTS = {
  close: byClose,
  price: (a, b) => (b.auction.allIn?.current ?? 0) - (a.auction.allIn?.current ?? 0) || byClose(a, b),
  cap: (a, b) => b.auction.caps.hammer - a.auction.caps.hammer || byClose(a, b),
  discount: (a, b) => share(a.auction) - share(b.auction) || byClose(a, b),
  title: (a, b) => a.auction.title.localeCompare(b.auction.title) || byClose(a, b),
};
const share = ({data, allIn}) => data?.retailPrice ? allIn.current / data.retailPrice : 9;

function arrange() {
  const now = Date.now(), words = query.value.toLowerCase().split(/\s+/).filter(Boolean), lets = FILTERS[filter.value];
  const places = new Set(), parts = {needs: [], next: [], standing: [], ended: []};
  let shown = 0;
  for (const {value: entry} of lots.values()) {
    const {auction} = entry, where = auction.data?.location?.name, state = stateOf(entry, now);
    if (where) places.add(where);
    if (!lets(state) || (place.value && where !== place.value) || !words.every(word => wordsOf(auction).includes(word))) continue;
    shown += 1;
    parts[auction.status === 'ended' ? 'ended' : auction.standing ? 'standing' : NEEDING.has(state) ? 'needs' : 'next'].push(entry);
  }
  const order = SORTS[sort.value];
  parts.needs.sort(byClose); parts.next.sort(order); parts.standing.sort(byClose);
  parts.ended.sort((a, b) => (b.auction.endedAt ?? 0) - (a.auction.endedAt ?? 0));
  const soon = sort.value === 'close' ? SOON : 0;
  const items = [
    ...section('needs', parts.needs), ...section('next', parts.next.slice(0, soon)),
    ...section(soon ? 'later' : 'all', parts.next.slice(soon)), ...section('standing', parts.standing), ...section('ended', parts.ended)];
  const known = arranged.peek();
  if (known.shown !== shown || known.total !== lots.size || known.items.length !== items.length || items.some((item, n) => item.key !== known.items[n].key || item.count !== known.items[n].count))
    arranged.value = {items, shown, total: lots.size, places: [...places].sort()};
}

const wordsOf = auction => `${auction.title} ${auction.id} ${auction.data?.location?.name ?? ''} ${auction.data?.notes ?? ''} ${auction.group?.name ?? ''} ${auction.config.strategyName}`.toLowerCase();

const section = (name, entries) => entries.length
  ? [{kind: 'head', key: `head-${name}`, name, count: entries.length}, ...entries.map(({auction: {id}}) => ({kind: 'lot', key: `lot-${id}`, id, section: name}))]
  : [];

effect(() => { query.value; filter.value; place.value; sort.value; untracked(arrange); });
let timer = 0;
effect(() => { roster.value; second.value; timer ||= setTimeout(() => { timer = 0; arrange(); }, PAUSE_MS); });
