// The popup: is it connected, how many lots, what closes next, STOP.
import {countdown} from '../lib/clock.js';
import {$, el, put} from '../lib/dom.js';
import {askHere, budgetBar, drawBand, drawLink, stopButton, troubles} from '../lib/frame.js';
import {every} from '../lib/kit.js';
import {badge, sections} from '../lib/lots.js';
import * as store from '../lib/store.js';
import {dressPage} from '../lib/theme.js';
import {fillTexts, t} from '../lib/words.js';

const end = new AbortController();
const stop = stopButton({ask: askHere, failed: sentence => put($('wrong'), sentence)}), money = budgetBar(), clock = countdown();
const title = el('a', {target: '_blank', rel: 'noopener'}), say = el('p', {className: 'say muted'});
/** @type {import('../lib/types.js').Entry | undefined} */
let first;

/** @param {import('../lib/types.js').Snapshot} seen */
function draw(seen) {
  const now = Date.now(), {needs, next} = sections(seen.lots, now), unpaired = seen.link.state === 'unpaired';
  drawBand($('band'), seen);
  drawLink($('connection'), seen.link);
  $('unpaired').hidden = !unpaired;
  $('paired').hidden = unpaired;
  $('alerts').replaceChildren(...(unpaired ? [] : troubles(seen, now).slice(0, 2).map(one => el('div', {className: 'alert'}, el('p', {}, one.text)))));
  put($('armed'), String(badge(seen.lots, seen.service, seen.link, now).armed));
  put($('watched'), String(needs.length + next.length));
  money.draw(seen.service);
  stop.draw(seen);
  first = [...needs, ...next].filter(entry => entry.auction.data?.closeTime).sort((a, b) => Date.parse(a.auction.data?.closeTime ?? '') - Date.parse(b.auction.data?.closeTime ?? ''))[0];
  if (!first) { $('next').replaceChildren(el('p', {className: 'muted'}, t('nothing_watched'))); return; }
  put(title, first.auction.title);
  title.href = first.auction.url;
  put(say, first.auction.forecast.sentence);
  if (!title.isConnected) $('next').replaceChildren(el('p', {className: 'muted'}, t('closes_next')), el('div', {className: 'between'}, title, clock.node), say);
  clock.tick(first, now);
}

fillTexts(document);
await dressPage();
$('stop').append(stop.node);
$('budget').append(money.node);
$('connect').addEventListener('click', () => chrome.runtime.openOptionsPage());
$('options').addEventListener('click', () => chrome.runtime.openOptionsPage());
$('panel').addEventListener('click', async () => {
  const {id} = await chrome.windows.getCurrent();
  await chrome.sidePanel.open({windowId: /** @type {number} */ (id)});
  window.close();
});
const gateway = await store.gateway();
if (gateway) /** @type {HTMLAnchorElement} */ ($('dashboard')).href = gateway.url;
$('dashboard').hidden = !gateway;
chrome.runtime.sendMessage({type: 'hello'}).catch(() => {});
await store.watch(draw, end.signal);
every(() => { if (first) clock.tick(first, Date.now()); }, 250, end.signal);
