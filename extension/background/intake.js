// What the gateway says is taken in here: the store first, then people are told, and only then it counts as heard. Ended in between, the
// same event is told by the gateway again, and nothing comes of it twice.
/** @import {Auction, Entry, Note, Service} from '../lib/types.js' */
import {ofLot, ofService} from '../lib/happenings.js';
import {note} from '../lib/log.js';
import * as store from '../lib/store.js';
import {noticed, tell} from './notices.js';

/** Take a frame in. @param {any} frame */
export async function take(frame) {
  if (frame.type === 'snapshot') { await takeList(frame.auctions); await takeService(frame.service); await store.keepLast(frame.id); }
  else if (frame.type === 'lot') { await takeLot(frame.auctionId, frame.auction, frame.watched, frame.notes ?? []); await store.keepLast(frame.id); }
  else if (frame.type === 'service') { await takeService(frame.service); await store.keepLast(frame.id); }
  else if (frame.type === 'serviceState') await takeService(frame.service);
  else if (frame.type === 'notice') await noticed(frame);
  else if (frame.type === 'gap') await note('link.gap', frame.reason);
  else if (frame.type === 'pong' && frame.id) await store.keepLast(frame.id); // everything up to there was told
}

/**
 * The whole list as it is now: what is not in it is not watched any more. *standing*: lots that were let go and have something of ours on them;
 * a snapshot does not tell them, and those that are known stay then.
 * @param {Auction[]} auctions @param {Auction[] | null} [standing]
 */
export async function takeList(auctions, standing = null) {
  const now = Date.now(), before = new Map((await store.snapshot()).lots.map(entry => [entry.auction.id, entry]));
  /** @type {Record<string, Entry>} */
  const entries = {};
  for (const auction of [...standing ?? [], ...auctions]) entries[auction.id] = entry(auction, before.get(auction.id), now);
  await store.keepLots(entries);
  await store.dropLots([...before.values()].filter(({auction}) => !(auction.id in entries) && (standing || !auction.standing)).map(({auction}) => auction.id));
  await store.show({listed: true});
  for (const {auction} of Object.values(entries)) await happened(ofLot(before.get(auction.id)?.auction ?? null, auction));
}

/** @param {string} id @param {Auction | null} auction @param {boolean} watched @param {Note[]} notes */
async function takeLot(id, auction, watched, notes) {
  const before = await store.lot(id);
  if (auction) await happened(ofLot(before?.auction ?? null, auction, notes));
  if (!auction || (!watched && !auction.standing && auction.status !== 'ended')) { await store.dropLots([id]); return; }
  if (!watched && auction.status === 'ended' && !before) return;
  await store.keepLots({[id]: entry(auction, before, Date.now())});
}

/** @param {Service} service */
async function takeService(service) {
  await happened(ofService(service));
  await store.show({service});
}

/** @param {ReturnType<typeof ofLot>} found */
async function happened({told, over}) {
  const known = await store.told(), fresh = told.filter(one => !(one.key in known));
  for (const one of fresh) await tell(one);
  if (fresh.length || over.some(key => key in known)) await store.keepTold(fresh.map(one => one.key), over, Date.now());
}

/** @param {Auction} auction @param {Entry | null | undefined} before @param {number} now @returns {Entry} */
const entry = (auction, before, now) => ({auction, at: now, ...(auction.inDoubt ? {doubtAt: before?.doubtAt ?? now} : {})});
