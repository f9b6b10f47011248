// The gateway's own checks, those of plugins among them; each red one with what to do.
import {html} from '../../lib/html.js';
import {has, span, t} from '../../lib/words.js';
import {Unread} from '../../state/reading.js';
import {Line} from './line.js';

export function Checks({reading, version = ''}) {
  const {data} = reading, checks = Object.entries(data?.checks ?? {});
  return html`<section class="card stack" id="checks"><h3>${t('checks')}</h3><${Unread} reading=${reading} />
    ${data && html`<p class="muted">${t('gateway_runs', span(data.uptime * 1000), data.auctions?.monitored ?? 0, version)}</p>
      <ul class="plain rows">${checks.map(([name, check]) => html`<${Line} key=${name} name=${has(`check_${name}`) ? t(`check_${name}`) : name} ok=${check.status === 'healthy'} text=${check.message} todo=${has(`todo_${name}`) ? t(`todo_${name}`) : t('todo_look')} />`)}</ul>`}</section>`;
}
