// The side panel: every watched lot, what needs somebody first and what closes next after that; filters, money, STOP.
import {$, el, put} from '../lib/dom.js';
import {askHere, budgetBar, drawBand, drawLink, stopButton, troubles} from '../lib/frame.js';
import {every} from '../lib/kit.js';
import {FILTERS, sections, stateOf} from '../lib/lots.js';
import * as store from '../lib/store.js';
import {dressPage} from '../lib/theme.js';
import {fillTexts, t} from '../lib/words.js';
import {Row} from './row.js';
import {mend} from '../lib/mend.js';

const TITLES = /** @type {const} */ (['needs', 'next', 'standing', 'ended']), SHOWN_ENDED = 30;
const end = new AbortController();
/** @type {Map<string, Row>} */
const rows = new Map();
const say = (/** @type {string} */ sentence) => put($('wrong'), sentence);
const stop = stopButton({ask: askHere, failed: say}), money = budgetBar();
const lists = new Map(TITLES.map(kind => [kind, el('section', {className: 'section', data: {kind}, hidden: true}, el('h2', {}, t(`section_${kind}`)), el('div', {className: 'stack'}))]));
/** @type {import('../lib/types.js').Snapshot | null} */
let seen = null;
let filter = 'all', alerts = '';

/** @param {import('../lib/types.js').Snapshot} now */
function draw(now) {
  seen = now;
  const unpaired = now.link.state === 'unpaired';
  drawBand($('band'), now);
  drawLink($('connection'), now.link);
  document.body.dataset.lost = ['off', 'refused'].includes(now.link.state) ? '1' : '0';
  money.draw(unpaired ? null : now.service);
  stop.draw(now);
  drawAlerts(now);
  $('unpaired').hidden = !unpaired;
  $('tools').hidden = unpaired || now.lots.length === 0;
  $('empty').hidden = unpaired || now.lots.length > 0 || now.link.state === 'connecting';
  arrange();
}

function arrange() {
  if (!seen) return;
  const now = Date.now(), words = /** @type {HTMLInputElement} */ ($('find')).value.trim().toLowerCase();
  const wanted = seen.lots.filter(entry => FILTERS[filter](stateOf(entry, now)) && (!words || `${entry.auction.title} ${entry.auction.id}`.toLowerCase().includes(words)));
  const found = sections(seen.link.state === 'unpaired' ? [] : wanted, now), listed = new Set(seen.lots.map(entry => entry.auction.id));
  for (const [id, row] of rows) if (!listed.has(id)) { row.node.remove(); rows.delete(id); }
  for (const kind of TITLES) fill(kind, found[kind].slice(0, kind === 'ended' ? SHOWN_ENDED : undefined), now);
  $('none').hidden = seen.lots.length === 0 || wanted.length > 0;
}

/** @param {typeof TITLES[number]} kind @param {import('../lib/types.js').Entry[]} entries @param {number} now */
function fill(kind, entries, now) {
  const section = /** @type {HTMLElement} */ (lists.get(kind)), box = section.children[1], held = document.activeElement;
  section.hidden = entries.length === 0;
  const nodes = entries.map(entry => {
    const row = rows.get(entry.auction.id) ?? new Row(say);
    rows.set(entry.auction.id, row);
    row.draw(entry, seen?.service?.mode ?? 'dry-run', now);
    return row.node;
  });
  for (const child of [...box.children]) if (!nodes.includes(/** @type {HTMLElement} */ (child))) child.remove();
  nodes.forEach((node, n) => { if (box.children[n] !== node) box.insertBefore(node, box.children[n] ?? null); });
  if (held instanceof HTMLElement && held !== document.activeElement && box.contains(held)) held.focus({preventScroll: true}); // a moved row loses the focus
}

/** @param {import('../lib/types.js').Snapshot} now */
function drawAlerts(now) {
  const found = troubles(now, Date.now()), sign = found.map(one => one.key + one.text.replace(/\d+ (s|min|h)\b/g, '')).join('|');
  if (sign === alerts) return; // said already: not read out again
  alerts = sign;
  $('alerts').replaceChildren(...found.map(one => el('div', {className: 'alert'}, el('p', {}, one.text), ...mend(one.act, stop.press))));
}

fillTexts(document);
document.title = t('name');
await dressPage();
$('stop').append(stop.node);
$('budget').append(money.node);
$('lists').append(...lists.values());
$('connect').addEventListener('click', () => chrome.runtime.openOptionsPage());
/** @type {HTMLInputElement} */ ($('find')).placeholder = t('find_label');
$('find').addEventListener('input', arrange);
$('filters').append(...Object.keys(FILTERS).map(name => el('button', {type: 'button', ariaPressed: String(name === filter), data: {filter: name}, onclick: () => {
  filter = name;
  for (const button of $('filters').children) button.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (button).dataset.filter === filter));
  arrange();
}}, t(`filter_${name}`))));
chrome.runtime.sendMessage({type: 'hello'}).catch(() => {});
await store.watch(draw, end.signal);
every(() => { const now = Date.now(); for (const row of rows.values()) row.tick(now); }, 250, end.signal);
every(arrange, 1000, end.signal);
