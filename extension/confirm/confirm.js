// What a notification's button leads to: raise the cap, or let the lot go. Nothing happens before the person says yes here.
import {newKey} from '../lib/api.js';
import {capForm} from '../lib/cap-form.js';
import {run} from '../lib/commands.js';
import {$, el, put} from '../lib/dom.js';
import {drawBand} from '../lib/frame.js';
import {every} from '../lib/kit.js';
import {allIn} from '../lib/money.js';
import {standing} from '../lib/standing.js';
import * as store from '../lib/store.js';
import {dressPage} from '../lib/theme.js';
import {fillTexts, hammerText, t} from '../lib/words.js';

const asked = new URLSearchParams(location.search), raising = asked.get('do') === 'raise', id = asked.get('lot') ?? '';
const end = new AbortController(), stand = standing(), cap = capForm({legend: t('raise_legend'), onchange: () => draw(seen)});
const yes = /** @type {HTMLButtonElement} */ ($('yes'));
/** @type {import('../lib/types.js').Snapshot | null} */
let seen = null;
let finished = false, suggested = false;

/** @param {import('../lib/types.js').Snapshot | null} now */
function draw(now) {
  seen = now;
  const entry = seen?.lots.find(one => one.auction.id === id), auction = entry?.auction;
  if (seen) drawBand($('band'), seen);
  $('stand').hidden = !entry;
  if (!entry || !auction) { put($('title'), t('lot_unknown')); $('form').hidden = true; put($('text'), t('lot_unknown_text')); return; }
  $('form').hidden = finished;
  stand.draw(entry, Date.now(), $('stand'));
  put($('title'), t(raising ? 'raise_title' : 'drop_title', auction.title));
  if (finished) return;
  const over = auction.status === 'ended';
  put($('text'), over ? t('lot_over') : raising ? t('raise_text', hammerText(auction.data?.nextBid)) : t(auction.exposure > 0 ? 'drop_standing' : 'drop_text'));
  $('cap').hidden = !raising;
  put(yes, t(raising ? 'raise_yes' : 'stop_watching'));
  yes.disabled = over;
  cap.fill(auction, auction.rates);
  if (!suggested && auction.data) suggest(auction);
}

/** The next bid, where that is above the cap; a person still has to say yes to it. @param {import('../lib/types.js').Auction} auction */
function suggest(auction) {
  suggested = true;
  const next = (auction.data?.nextBid ?? 0) * 100, all = allIn(next, auction.rates);
  if (!raising || next <= auction.caps.hammer * 100 || all === null) return;
  cap.box.value = auction.config.maxAllIn === undefined ? String(next / 100) : (all / 100).toFixed(2);
  cap.box.dispatchEvent(new Event('input'));
  cap.box.select();
}

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  const auction = seen?.lots.find(one => one.auction.id === id)?.auction;
  if (!auction || yes.disabled) return;
  put($('wrong'), '');
  const config = raising ? cap.read(auction) : {};
  if (!config) return;
  yes.disabled = true;
  try {
    if (raising) await run({do: 'change', id, config: {...config, autoBid: true}, version: auction.config.version, mode: seen?.service?.mode ?? 'dry-run', key: newKey()});
    else await run({do: 'drop', id, key: newKey()});
    finished = true;
    $('form').hidden = true;
    put($('text'), t(raising ? 'raise_done' : 'drop_done'));
    $('text').append(' ', el('button', {type: 'button', onclick: () => window.close()}, t('close')));
  } catch (error) { put($('wrong'), /** @type {Error} */ (error).message); yes.disabled = false; }
}

fillTexts(document);
await dressPage();
$('stand').append(el('div', {className: 'between'}, stand.state, stand.clock), el('div', {className: 'between'}, el('span', {}, stand.hammer, ' ', stand.price), stand.cap), stand.bar, stand.say);
$('cap').append(cap.node);
$('form').addEventListener('submit', submit);
$('no').addEventListener('click', () => window.close());
chrome.runtime.sendMessage({type: 'hello'}).catch(() => {});
await store.watch(draw, end.signal);
every(() => { const entry = seen?.lots.find(one => one.auction.id === id); if (entry) stand.tick(entry, Date.now(), $('stand')); }, 250, end.signal);
