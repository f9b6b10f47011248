// Receipts: each bid's life as a timeline of a few steps, with when, how long after the step before, and one plain sentence.
import {html} from '../lib/html.js';
import {hammerText, joined, later, moment, t} from '../lib/words.js';

const HOLDS = 10;

export function Receipts({told}) {
  const {receipts, holds, postMortem} = told;
  return html`<div class="receipts">
    ${postMortem && html`<p class="post-mortem">${postMortem}</p>`}
    ${receipts.length ? receipts.map(one => html`<${Receipt} key=${one.id} one=${one} />`) : html`<p class="muted">${t('no_receipts')}</p>`}
    ${holds.length > 0 && html`<${Held} holds=${holds} />`}
  </div>`;
}

function Receipt({one}) {
  const {amount, word, mode, steps} = one;
  return html`<div class="receipt"><h4>${joined(hammerText(amount), word, mode === 'live' ? '' : t('dry_run').toLowerCase())}</h4>
    <ol>${steps.map(step => html`<li key=${step.step}><time>${step.at ? moment(step.at) : ''}</time><div>${step.sentence}${' '}<span class="after">${later(step.afterMs)}</span></div></li>`)}</ol>
    <p class="muted">${basis(one)}</p></div>`;
}

// What a bid was decided on, in a line.
function basis({strategy, strategyVersion, reason, latencyMs, priceAgeMs, clockWidthMs, toggles}) {
  return joined(strategy && `${strategy} ${strategyVersion}`.trim(), reason, latencyMs === null ? '' : t('answered_in', latencyMs), priceAgeMs === null ? '' : t('price_age', priceAgeMs),
    clockWidthMs === null ? '' : t('clock_known', Math.round(clockWidthMs)), Object.entries(toggles).map(([name, on]) => `${name} ${on ? 'on' : 'off'}`).join(', '));
}

// When and why the lot was held back, newest first.
function Held({holds}) {
  return html`<div class="receipt held"><h4>${t('held_back')}</h4>
    <ol>${holds.slice(0, HOLDS).map(one => html`<li key=${one.at}><time>${moment(one.at)}</time><div>${one.sentence}
      <span class="when">${one.till ? t('held_till', moment(one.till)) : t('held_still')} · ${t('held_at', hammerText(one.price), hammerText(one.nextBid))}</span></div></li>`)}</ol>
    ${holds.length > HOLDS && html`<p class="muted">${t('held_more', holds.length - HOLDS)}</p>`}</div>`;
}
