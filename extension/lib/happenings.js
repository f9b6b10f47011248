// What happened between two states of a lot or of the service that a person should be told, each with a key that is told once.
/** @import {Auction, Note, Service} from './types.js' */
import {sessionWrong, troubled} from './lots.js';

/**
 * *lot* is empty for what is about no lot; *text* is the gateway's own sentence where there is one.
 * @typedef {{kind: 'outbid' | 'won' | 'lost' | 'wont' | 'session' | 'halt', key: string, lot: string, title: string, text: string, mode: string, amount: number}} Happening
 */

/**
 * @param {Auction | null} before null at first sight @param {Auction} after @param {Note[]} notes the gateway's sentences about this change
 * @returns {{told: Happening[], over: string[]}} *over*: keys of what has ended, so that it is told anew when it comes again
 */
export function ofLot(before, after, notes = []) {
  /** @type {Happening[]} */
  const told = [];
  const said = (/** @type {string} */ kind) => notes.findLast(note => note.kind === kind)?.message ?? '';
  const make = (/** @type {Happening['kind']} */ kind, /** @type {string} */ key, text = said(kind), amount = after.data?.currentBid ?? 0) =>
    told.push({kind, key: `${after.id}:${key}`, lot: after.id, title: after.title, text, mode: after.mode, amount});
  if (after.status === 'ended') {
    const mattered = after.ownHigh > 0 || Boolean(before?.config.autoBid) || after.config.autoBid || Boolean(said('lost'));
    if (after.outcome === 'won') make('won', 'ended', said('won'), after.allIn.final ?? after.allIn.current);
    else if (after.outcome === 'lost' && mattered && before?.status !== 'ended') make('lost', 'ended');
    return {told, over: [`${after.id}:wont`]};
  }
  const lostLead = Boolean(before?.data?.isWinning) && after.data?.isWinning === false;
  if (said('outbid') || lostLead) make('outbid', `outbid:${after.data?.currentBid ?? 0}`);
  if (after.config.autoBid && troubled(after)) make('wont', 'wont', after.forecast.sentence);
  return {told, over: after.config.autoBid && troubled(after) ? [] : [`${after.id}:wont`]};
}

/**
 * @param {Service} after
 * @returns {{told: Happening[], over: string[]}}
 */
export function ofService(after) {
  /** @type {Happening[]} */
  const told = [], over = [];
  const base = {lot: '', title: '', mode: after.mode, amount: 0};
  if (sessionWrong(after)) told.push({...base, kind: 'session', key: 'session', text: after.sessionWhy}); else over.push('session');
  if (after.halted) told.push({...base, kind: 'halt', key: `halt:${after.gen}`, text: after.haltedWhy});
  return {told, over};
}
