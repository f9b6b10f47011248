// The price over time: a step line, the cap dashed, our bids as filled marks, others' as hollow ones, the close as a band; the same as a table for who cannot see it.
/** @import {Price} from './types.js' */
import {el, svg} from './dom.js';
import {clockTime, hammerText, t} from './words.js';

const WIDE = 600, HIGH = 120, ROWS = 8, CLOSE_MS = 30_000;

/** @param {Price[]} history oldest first @param {number} cap dollars @param {{at: number | null, amount: number}[]} bids @param {number} close Unix ms or NaN @param {number} now */
export function chart(history, cap, bids, close, now) {
  if (!history.length) return [el('p', {className: 'muted'}, t('no_price_yet'))];
  /** @type {Element[]} */
  const made = [];
  if (history.length > 1 || bids.length) made.push(drawing(history, cap, bids, close, now));
  const rows = history.slice(-ROWS).reverse().map(one => el('tr', {}, el('td', {}, clockTime(one.at)), el('td', {}, hammerText(one.price))));
  made.push(el('table', {className: 'prices'}, el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('time')), el('th', {scope: 'col'}, t('price')))), el('tbody', {}, ...rows)));
  return made;
}

/** @param {Price[]} history @param {number} cap @param {{at: number | null, amount: number}[]} bids @param {number} close @param {number} now */
function drawing(history, cap, bids, close, now) {
  const from = history[0].at, ends = close > 0 ? Math.min(Math.max(now, from + 1), close) : now, to = Math.max(ends, (history.at(-1)?.at ?? from) + 1);
  const most = Math.max(cap, ...history.map(one => one.price), ...bids.map(bid => bid.amount)) * 1.1 || 1;
  const x = (/** @type {number} */ at) => (at - from) / (to - from) * WIDE, y = (/** @type {number} */ price) => HIGH - 2 - price / most * (HIGH - 6);
  const path = history.slice(1).reduce((line, one) => `${line}H${x(one.at).toFixed(1)}V${y(one.price).toFixed(1)}`, `M0 ${y(history[0].price).toFixed(1)}`);
  const marks = bids.filter(bid => bid.at !== null && bid.at >= from).map(bid => svg('rect', {class: 'ours', x: (x(/** @type {number} */ (bid.at)) - 5).toFixed(1), y: (y(bid.amount) - 4).toFixed(1), width: 10, height: 8, rx: 2}));
  const mine = new Set(bids.map(bid => bid.amount)), rivals = history.filter((one, n) => n > 0 && one.price > history[n - 1].price && !mine.has(one.price));
  const others = rivals.map(one => svg('rect', {class: 'others', x: (x(one.at) - 5).toFixed(1), y: (y(one.price) - 4).toFixed(1), width: 10, height: 8, rx: 2}));
  const band = close > 0 && close - CLOSE_MS < to ? [svg('rect', {class: 'close', x: x(Math.max(from, close - CLOSE_MS)), y: 0, width: Math.max(0, x(Math.min(close, to)) - x(Math.max(from, close - CLOSE_MS))), height: HIGH})] : [];
  return svg('svg', {class: 'chart', viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': t('chart_label', hammerText(cap))},
    ...band, svg('line', {class: 'cap', x1: 0, x2: WIDE, y1: y(cap), y2: y(cap)}), svg('path', {class: 'price', d: `${path}H${WIDE}`}), ...others, ...marks);
}
