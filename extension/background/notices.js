// Notifications: one per lot, so that a bidding war is one line. A button never changes anything by itself: it opens a page that asks.
/** @import {Happening} from '../lib/happenings.js' */
import {allInText, hammerText, t} from '../lib/words.js';
import {note} from '../lib/log.js';
import * as store from '../lib/store.js';

const LOGIN = 'https://www.nellisauction.com/login', JUST_NOW_MS = 90_000;
/** What stays on the screen until somebody looks: nothing goes on by itself then. */
const STAYS = new Set(['wont', 'session', 'halt']);
/** @type {Record<string, string[]>} What the buttons of each kind do. */
const BUTTONS = {outbid: ['raise', 'drop'], wont: ['raise', 'drop'], won: ['open'], lost: ['open'], session: ['login'], halt: ['panel']};

/** Tell a person, unless they do not want to be. @param {Happening} one */
export async function tell(one) {
  const kind = one.kind;
  await note('told', kind);
  if (!(await store.wishes()).tell[kind]) return;
  const buttons = BUTTONS[kind].map(act => ({title: t(`button_${act}`)}));
  await create(`${one.lot ? `lot:${one.lot}` : kind}|${kind}`, one.lot ? `lot:${one.lot}|` : '', {title: t(`notice_${kind}`), message: sentence(one), contextMessage: one.mode === 'live' ? '' : t('dry_run'), buttons, priority: kind === 'lost' ? 0 : 2, requireInteraction: STAYS.has(kind)});
}

/** What the notifier has to say, unless the same was just told. @param {{auctionId: string, kind: string, message: string}} frame */
export async function noticed({auctionId, kind, message}) {
  const told = await store.told(), now = Date.now();
  const known = Object.entries(told).some(([key, at]) => now - at < JUST_NOW_MS && key.startsWith(auctionId ? `${auctionId}:` : kind));
  if (known && ['outbid', 'won', 'lost', 'session', 'halt'].includes(kind)) return;
  if (kind in BUTTONS && !(await store.wishes()).tell[/** @type {Happening['kind']} */ (kind)]) return;
  await create(`${auctionId ? `lot:${auctionId}` : 'notice'}|${kind}`, '', {title: t(`notice_${kind in BUTTONS ? kind : 'other'}`), message, buttons: []});
}

/** @param {string} id */
export async function noteClicked(id) {
  const {lot, kind} = parts(id);
  await act(kind === 'session' ? 'login' : lot ? 'open' : 'panel', lot);
  await chrome.notifications.clear(id);
}

/** @param {string} id @param {number} button */
export async function noteButton(id, button) {
  const {lot, kind} = parts(id);
  await act(BUTTONS[kind]?.[button] ?? 'open', lot);
  await chrome.notifications.clear(id);
}

/** @param {string} what @param {string} lot */
async function act(what, lot) {
  if (what === 'login') await chrome.tabs.create({url: LOGIN});
  else if (what === 'open') await chrome.tabs.create({url: (await store.lot(lot))?.auction.url ?? `https://www.nellisauction.com/p/lot/${lot}`});
  else if (what === 'panel') await chrome.tabs.create({url: chrome.runtime.getURL('sidepanel/sidepanel.html')});
  else await chrome.windows.create({url: chrome.runtime.getURL(`confirm/confirm.html?do=${what}&lot=${lot}`), type: 'popup', width: 460, height: 660, focused: true});
}

/** @param {string} id @param {string} instead of what beginning it takes the place @param {Partial<chrome.notifications.NotificationOptions>} options */
async function create(id, instead, options) {
  if (instead) for (const old of Object.keys(await chrome.notifications.getAll())) if (old.startsWith(instead) && old !== id) await chrome.notifications.clear(old);
  await chrome.notifications.create(id, /** @type {any} */ ({type: 'basic', iconUrl: chrome.runtime.getURL('icons/128.png'), ...options}));
}

/** @param {Happening} one */
function sentence({kind, text, title, mode, amount}) {
  if (text && ['outbid', 'won', 'lost'].includes(kind)) return text;
  if (kind === 'outbid') return t('told_outbid', title, hammerText(amount));
  if (kind === 'won') return t(mode === 'live' ? 'told_won' : 'told_won_dry', title, allInText(amount));
  if (kind === 'lost') return t('told_lost', title, hammerText(amount));
  if (kind === 'wont') return `${title}: ${text}`;
  return kind === 'session' ? t('told_session') : text ? t('told_halt_why', text) : t('told_halt');
}

/** @param {string} id */
function parts(id) {
  const [about, kind = ''] = id.split('|');
  return {lot: about.startsWith('lot:') ? about.slice(4) : '', kind};
}
