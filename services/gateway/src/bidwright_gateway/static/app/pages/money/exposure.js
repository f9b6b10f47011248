// What the site could still make you pay, all-in, and on which lots.
import {html} from '../../lib/html.js';
import {allInText, hammerText, t} from '../../lib/words.js';
import {State, standingOf} from '../../parts/standing.js';
import {live, lots, roster, service} from '../../state/store.js';

export function Exposure({budgets}) {
  roster.value;
  const now = service.value, total = budgets.data?.budgets.find(one => one.scope === 'total'), other = total && (live.value ? total.dryRun : total.live);
  const at = [...lots.values()].map(entry => entry.peek()).filter(({auction}) => auction.exposure > 0 && auction.status !== 'ended').sort((a, b) => b.auction.exposure - a.auction.exposure);
  return html`<section class="card stack" id="exposure"><h2>${t('stake_now')}</h2>
    <p class="big">${allInText(now?.exposure)} <small>${now?.budget === null ? t('no_budget_set') : t('of_budget', allInText(now?.budget))}</small></p>
    <p class="muted">${t(live.value ? 'stake_live' : 'stake_paper')}${other ? ` ${t(live.value ? 'stake_also_paper' : 'stake_also_live', allInText(other))}` : ''}</p>
    ${at.length ? html`<ul class="plain rows">${at.map(entry => html`<li key=${entry.auction.id}><span><a href="#/lot/${entry.auction.id}">${entry.auction.title}</a></span><span class="line"><${State} ...${standingOf(entry)} /><span class="tabular">${t('hammer_amount', hammerText(entry.auction.exposure))}</span></span></li>`)}</ul>` : html`<p>${t('stands_nothing')}</p>`}</section>`;
}
