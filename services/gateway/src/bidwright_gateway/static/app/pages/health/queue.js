// What the poller has to do next.
import {html} from '../../lib/html.js';
import {clockTime, t} from '../../lib/words.js';
import {Unread} from '../../state/reading.js';
import {lots} from '../../state/store.js';

export function Queue({reading}) {
  const queue = reading.data?.queue;
  return html`<section class="card stack" id="queue"><h3>${t('queue')}</h3><${Unread} reading=${reading} />
    ${queue && html`<dl class="figures">${[['queue_size', queue.queueSize], ['queue_polls', queue.totalPolls], ['queue_time', t('milliseconds', Math.round(queue.avgPollTime))], ['queue_errors', queue.errors]].map(([name, value]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${value}</dd></div>`)}</dl>
      ${queue.items.length > 0 && html`<details><summary>${t('queue_next')}</summary><ol class="plain">${queue.items.slice(0, 12).map(item => html`<li key=${item.auctionId}><time class="muted tabular">${clockTime(Date.parse(item.nextPoll))}</time> <a href="#/lot/${item.auctionId}">${lots.get(item.auctionId)?.value.auction.title ?? item.auctionId}</a></li>`)}</ol></details>`}`}</section>`;
}
