// The picture: what the gateway said last, and nothing else. Frames wait a moment and are taken in together, so that a hundred a second cost little.
import {batch, computed, signal} from '../lib/html.js';
import {rest} from '../lib/rest.js';
import {link, reached} from './link.js';
import {alsoTell} from './news.js';

const GATHER_MS = 50, MOST_ENDED = 200;

export const service = signal(null);
export const site = signal({real: true, simulated: false, address: ''});
// Whether dry run is locked, and what is asked before going live.
export const mode = signal(null);
// Whether the whole list is known: before that an empty one means nothing.
export const listed = signal(false);
// Changes whenever lots come or go or change; each lot's own entry is a signal in *lots*.
export const roster = signal(0);
// id → signal of {auction, at, doubtAt, closeAt}; *at*: our clock when it was told, *closeAt*: ms, Infinity while it is not known.
export const lots = new Map();

// Whether what is shown is told to us as it happens. Otherwise nothing may be asked for either; only STOP is always tried.
export const fresh = computed(() => link.value.state === 'on' && service.value !== null && service.value.storeUp);
export const live = computed(() => service.value?.mode === 'live');
// Live on the real site: only then is it anybody's money.
export const realMoney = computed(() => live.value && site.value.real);

let waiting = [], timer = 0, reports = 0;

export function hear(frame) {
  waiting.push(frame);
  if (!timer) timer = setTimeout(take, GATHER_MS);
}

function take() {
  const frames = waiting;
  waiting = []; timer = 0;
  batch(() => {
    for (const frame of frames) takeOne(frame);
    if (frames.some(frame => frame.type === 'lot' || frame.type === 'snapshot')) roster.value += 1;
  });
}

function takeOne(frame) {
  if (frame.type === 'snapshot') { takeList(frame.auctions); takeService(frame.service, true); }
  else if (frame.type === 'lot') takeLot(frame);
  else if (frame.type === 'service' || frame.type === 'serviceState') takeService(frame.service);
  else if (frame.type === 'welcome') welcome();
  else if (frame.type === 'notice') alsoTell(frame);
  reached(frame.id);
}

// What no snapshot has: the site, lots that ended, those let go that still stand.
async function welcome() {
  const before = reports;
  try {
    const [status, ended, all, modes] = await Promise.all([rest('GET', '/api/status'), rest('GET', '/api/auctions/ended'), rest('GET', '/api/auctions'), rest('GET', '/api/mode')]);
    batch(() => {
      site.value = status.site; mode.value = modes;
      if (reports === before) takeService(status.service, true); // what was heard meanwhile is newer
      for (const auction of [...ended.auctions, ...all.standing]) if (!lots.has(auction.id)) show(auction);
      listed.value = true;
      roster.value += 1;
    });
  } catch { if (link.value.state === 'on') setTimeout(welcome, 2000); }
}

function takeList(auctions) {
  const there = new Set(auctions.map(auction => auction.id));
  for (const [id, entry] of lots) if (!there.has(id) && entry.value.auction.status !== 'ended' && !entry.value.auction.standing) lots.delete(id);
  auctions.forEach(show);
  listed.value = true;
}

function takeLot({auctionId: id, auction, watched, notes}) {
  const ended = lots.get(id)?.peek().auction.status === 'ended';
  const stands = auction?.standing;
  if (!auction ? !ended : !watched && !stands && auction.status !== 'ended') lots.delete(id);
  else if (auction && (watched || lots.has(id) || stands)) show(auction);
  for (const note of notes) alsoTell({...note, auctionId: id});
}

// *gen* counts the switch's changes: what was said before one that is known here is old.
export function takeService(now, anew = false) {
  if (!anew && service.value && Number(now.gen) < Number(service.value.gen)) return;
  service.value = now;
  reports += 1;
}

export function show(auction) {
  const known = lots.get(auction.id), before = known?.value, at = Date.now(), close = auction.data?.closeTime;
  const entry = {auction, at, doubtAt: auction.inDoubt ? before?.doubtAt ?? at : 0, closeAt: close ? Date.parse(close) : Infinity};
  if (known) known.value = entry; else lots.set(auction.id, signal(entry));
  if (auction.status === 'ended' && before?.auction.status !== 'ended') forgetOld();
}

function forgetOld() {
  const ended = [...lots.values()].filter(entry => entry.value.auction.status === 'ended');
  if (ended.length <= MOST_ENDED) return;
  ended.sort((a, b) => (a.value.auction.endedAt ?? 0) - (b.value.auction.endedAt ?? 0));
  for (const entry of ended.slice(0, ended.length - MOST_ENDED)) lots.delete(entry.value.auction.id);
}
