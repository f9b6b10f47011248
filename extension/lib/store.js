// What is kept where. storage.local outlives the browser: the gateway's address, wishes, what was told. storage.session is the picture
// of now: the worker writes it, every surface draws it. Keys are not here (vault.js), and no cookie is anywhere.
/** @import {Entry, Gateway, Link, Service, Site, Snapshot} from './types.js' */

/** @typedef {{outbid: boolean, won: boolean, lost: boolean, wont: boolean, session: boolean, halt: boolean}} Tell */
/** @typedef {{tell: Tell, theme: 'system' | 'light' | 'dark', folded: boolean}} Wishes */
/** @type {Wishes} */
export const USUAL = {tell: {outbid: true, won: true, lost: true, wont: true, session: true, halt: true}, theme: 'system', folded: false};
/** @type {Link} */
const NO_LINK = {state: 'connecting', why: '', code: '', since: 0};
const LOT = 'lot:', MOST_TOLD = 500;

/** The gateway this device is paired with; null when there is none. @returns {Promise<Gateway | null>} */
export const gateway = async () => /** @type {Gateway | undefined} */ ((await chrome.storage.local.get('gateway')).gateway) ?? null;
/** @param {Gateway | null} value */
export const keepGateway = value => value ? chrome.storage.local.set({gateway: value}) : chrome.storage.local.remove(['gateway', 'last']);

/** @returns {Promise<Wishes>} */
export async function wishes() {
  const kept = /** @type {Partial<Wishes>} */ ((await chrome.storage.local.get('wishes')).wishes ?? {});
  return {...USUAL, ...kept, tell: {...USUAL.tell, ...kept.tell}};
}
/** @param {Partial<Wishes>} changes */
export async function wish(changes) {
  await chrome.storage.local.set({wishes: {...await wishes(), ...changes}});
  await showView();
}
/** Put what pages of the site may know of the wishes where they can read it. */
export async function showView() {
  const {theme, folded} = await wishes();
  await chrome.storage.session.set({view: {theme, folded}});
}

/** Id of the last event that was taken in, for going on after it. @returns {Promise<string>} */
export const last = async () => String((await chrome.storage.local.get('last')).last ?? '');
/** @param {string} id */
export const keepLast = id => chrome.storage.local.set({last: id});

/** Keys of what was told already, with when. @returns {Promise<Record<string, number>>} */
export const told = async () => /** @type {Record<string, number>} */ ((await chrome.storage.local.get('told')).told ?? {});
/** @param {string[]} keys @param {string[]} over @param {number} now */
export async function keepTold(keys, over, now) {
  const known = await told();
  for (const key of over) delete known[key];
  for (const key of keys) known[key] = now;
  const kept = Object.entries(known).sort((a, b) => b[1] - a[1]).slice(0, MOST_TOLD);
  await chrome.storage.local.set({told: Object.fromEntries(kept)});
}

/** Everything a surface draws. @returns {Promise<Snapshot>} */
export async function snapshot() {
  const all = await chrome.storage.session.get(null);
  return {link: /** @type {Link} */ (all.link ?? NO_LINK), service: /** @type {Service | null} */ (all.service ?? null), site: /** @type {Site | null} */ (all.site ?? null), lots: entriesOf(all)};
}
/** @param {string} id @returns {Promise<Entry | null>} */
export const lot = async id => /** @type {Entry | null} */ ((await chrome.storage.session.get(LOT + id))[LOT + id] ?? null);
/** @param {Record<string, Entry>} entries by lot */
export const keepLots = entries => chrome.storage.session.set(Object.fromEntries(Object.entries(entries).map(([id, entry]) => [LOT + id, entry])));
/** @param {string[]} ids */
export const dropLots = ids => chrome.storage.session.remove(ids.map(id => LOT + id));
/** @param {Partial<{link: Link, service: Service, site: Site, listed: boolean}>} values */
export const show = values => chrome.storage.session.set(values);
/** Whether the list was told since the browser began. */
export const listed = async () => Boolean((await chrome.storage.session.get('listed')).listed);
/** Forget the picture: another gateway, or none. */
export const blank = async () => { await chrome.storage.session.clear(); await showView(); };

/**
 * Call *draw* with the picture now and whenever it changes, until *signal* ends that. Many changes at once are drawn once.
 * @param {(snapshot: Snapshot) => void} draw @param {AbortSignal} signal
 */
export function watch(draw, signal) {
  let due = false;
  const look = async () => {
    due = false;
    const seen = await snapshot().catch(() => null);
    if (seen && !signal.aborted) draw(seen);
  };
  const changed = () => { if (!due) { due = true; setTimeout(look, 30); } };
  chrome.storage.session.onChanged.addListener(changed);
  signal.addEventListener('abort', () => chrome.storage.session.onChanged.removeListener(changed));
  return look();
}

/** @param {Record<string, unknown>} all */
const entriesOf = all => Object.entries(all).filter(([key]) => key.startsWith(LOT)).map(([, entry]) => /** @type {Entry} */ (entry));
