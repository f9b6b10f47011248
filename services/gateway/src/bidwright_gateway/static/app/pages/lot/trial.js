// "Try on this lot's history": what the strategy, as it is typed, would have done with the prices that were seen. Nothing is bid.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {clockTime, hammerText, t} from '../../lib/words.js';
import {Shape} from '../../parts/shape.js';
import {useDeed} from '../../state/reading.js';
import {fresh} from '../../state/store.js';
import {strategyText} from '../../state/strategies.js';

const SHAPES = {bid: 'armed', hold: 'needs', wait: 'stale', outbid: 'outbid', refused: 'needs'};

export function Trial({auction, strategy, settings, cap}) {
  const deed = useDeed(), [told, show] = useState(null);
  const attempt = () => {
    const {params, wrong} = settings();
    if (Object.keys(wrong).length) { deed.refuse(new Error(Object.values(wrong)[0])); return; }
    const body = {auctionId: auction.id, strategy, maxBid: cap, ...(strategy === auction.config.strategyName ? {params: {...auction.config.params, ...params}} : {params})};
    deed.run(async () => show(await rest('POST', '/api/strategies/replay', body)));
  };
  return html`<div class="trial stack"><div class="line"><button type="button" disabled=${deed.busy || !fresh.value} onClick=${attempt}>${t('try_history')}</button><span class="muted">${t('try_hint')}</span></div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p>
    ${told && html`<section role="status" aria-label=${t('try_result', strategyText(told.strategy))}><p><strong>${told.sentence}</strong></p>
      <ol class="trial-steps">${told.steps.map((step, n) => html`<li key=${n}><time>${clockTime(step.at)}</time><span class="state" data-state=${SHAPES[step.kind]}><${Shape} of=${SHAPES[step.kind]} /></span><span>${t('try_step', hammerText(step.price), step.says)}</span></li>`)}</ol>
      <p class="muted">${t('try_caveat')}</p><button type="button" class="link" onClick=${() => show(null)}>${t('close_it')}</button></section>`}</div>`;
}
