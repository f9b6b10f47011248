// The price over time: a step line, the cap dashed, our bids as filled marks, others' as hollow ones, extensions as ticks, the close as a band;
// and the same as a table, which is also what there is when the library could not be loaded.
import {html, useEffect, useRef, useState} from '../lib/html.js';
import {clockTime, hammerText, t} from '../lib/words.js';
import {happenings} from './price-story.js';

const HIGH = 240, MARK = 5;

export function Chart({story}) {
  const rows = happenings(story);
  if (!rows.length) return html`<p class="muted">${t('no_price_yet')}</p>`;
  return html`${rows.length > 1 && html`<${Drawing} story=${story} rows=${rows} />`}<${Legend} /><${Table} rows=${rows} cap=${story.cap} />`;
}

const Legend = () => html`<ul class="legend" aria-hidden="true">${['price', 'cap', 'ours', 'others', 'extension', 'close'].map(name => html`<li key=${name} data-of=${name}>${t(`chart_${name}`)}</li>`)}</ul>`;

function Table({rows, cap}) {
  const [all, show] = useState(false), shown = all ? rows.toReversed() : rows.slice(-8).toReversed();
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('price_history')}><table class="prices"><caption class="hide-visually">${t('chart_label', hammerText(cap))}</caption>
    <thead><tr><th scope="col">${t('time')}</th><th scope="col" class="number">${t('price')}</th><th scope="col">${t('what_happened')}</th></tr></thead>
    <tbody>${shown.map(row => html`<tr key=${`${row.at}${row.kind}`}><td>${clockTime(row.at)}</td><td class="number">${row.price === null ? '' : hammerText(row.price)}</td><td>${t(`chart_row_${row.kind}`)}</td></tr>`)}</tbody></table></div>
    ${rows.length > 8 && html`<button type="button" class="link" onClick=${() => show(!all)}>${all ? t('fewer') : t('show_rows', rows.length)}</button>`}`;
}

function Drawing({story, rows}) {
  const host = useRef(), drawn = useRef(null);
  const sign = JSON.stringify([rows.length, rows.at(-1), story.cap, story.close, Math.floor(story.now / 5000)]);
  useEffect(() => {
    let gone = false;
    import('../../vendor/uplot.js').then(({default: uPlot}) => {
      if (gone) return;
      drawn.current?.destroy();
      drawn.current = new uPlot(options(uPlot, story, rows, host.current), points(story), host.current);
    }, () => { /* the table tells the same */ });
    return () => { gone = true; };
  }, [sign]);
  useEffect(() => {
    const box = host.current, fit = new ResizeObserver(() => drawn.current?.setSize({width: box.clientWidth, height: HIGH}));
    fit.observe(box);
    return () => { fit.disconnect(); drawn.current?.destroy(); };
  }, []);
  return html`<div class="chart" role="img" aria-label=${t('chart_label', hammerText(story.cap))} ref=${host}></div>`;
}

// Where the line goes: to now, or to the close once that is past.
const endOf = ({history, close, now}) => Math.max(history.at(-1).at + 1000, close > 0 && close < now ? close : now);

function points(story) {
  const {history, cap} = story, end = endOf(story), at = [...history.map(one => one.at), end].map(ms => ms / 1000), price = [...history.map(one => one.price), history.at(-1).price];
  return [at, price, at.map(() => cap)];
}

function options(uPlot, story, rows, host) {
  const colour = colours(host), most = Math.max(story.cap, ...rows.map(row => row.price ?? 0)) * 1.1 || 1;
  const span = endOf(story) - story.history[0].at, axis = {stroke: colour('soft'), grid: {stroke: colour('line'), width: 1}, ticks: {stroke: colour('line'), width: 1}, font: '12px system-ui'};
  return {
    width: host.clientWidth, height: HIGH, legend: {show: false}, cursor: {show: false}, padding: [8, 12, 0, 0],
    scales: {x: {time: true}, y: {range: [0, most]}},
    axes: [{...axis, values: (_, ticks) => ticks.map(s => clockTime(s * 1000).slice(0, span < 600_000 ? 8 : 5)), space: 88}, {...axis, size: 56, values: (_, ticks) => ticks.map(hammerText)}],
    series: [{}, {stroke: colour('ink'), width: 2, paths: uPlot.paths.stepped({align: 1}), points: {show: false}}, {stroke: colour('blue'), width: 2, dash: [8, 6], points: {show: false}}],
    hooks: {drawClear: [plot => under(plot, story, rows, colour)], draw: [plot => over(plot, rows, colour)]},
  };
}

// A canvas knows no light-dark(): what a token comes to now is asked of an element that wears it.
function colours(host) {
  const wearer = host.appendChild(document.createElement('i')), found = {};
  for (const name of ['soft', 'line', 'ink', 'blue', 'card', 'orange', 'flash']) { wearer.style.color = `var(--${name})`; found[name] = getComputedStyle(wearer).color; }
  wearer.remove();
  return name => found[name];
}

// Below the line: the band of the close, a tick for each extension.
function under(plot, {close, interval}, rows, colour) {
  const {ctx, bbox} = plot, x = ms => plot.valToPos(ms / 1000, 'x', true), last = bbox.left + bbox.width;
  const from = Math.max(bbox.left, x(close - interval * 1000)), to = Math.min(last, x(close));
  ctx.save();
  ctx.setLineDash([]);
  if (close > 0 && to > from) { ctx.fillStyle = colour('flash'); ctx.fillRect(from, bbox.top, to - from, bbox.height); }
  ctx.strokeStyle = colour('orange');
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const row of rows.filter(one => one.kind === 'extension')) { ctx.beginPath(); ctx.moveTo(x(row.at), bbox.top); ctx.lineTo(x(row.at), bbox.top + 14 * devicePixelRatio); ctx.stroke(); }
  ctx.restore();
}

// On the line: our bids filled, those of others hollow.
function over(plot, rows, colour) {
  const {ctx} = plot, size = MARK * devicePixelRatio;
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const row of rows.filter(one => one.kind === 'ours' || one.kind === 'others')) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(row.at / 1000, 'x', true), plot.valToPos(row.price, 'y', true), size, 0, 2 * Math.PI);
    ctx.fillStyle = row.kind === 'ours' ? colour('blue') : colour('card');
    ctx.strokeStyle = row.kind === 'ours' ? colour('blue') : colour('soft');
    ctx.fill(); ctx.stroke();
  }
  ctx.restore();
}
