// "Can I bid right now?": yes, or no with each reason and what mends it.
import {html} from '../../lib/html.js';
import {t} from '../../lib/words.js';
import {Shape} from '../../parts/shape.js';
import {link} from '../../state/link.js';
import {live, realMoney, service} from '../../state/store.js';

const NEEDED = ['bidder', 'nellis-proxy', 'poller'];

export function Answer({status, site}) {
  const now = service.value, on = link.value.state === 'on', parts = new Set((status.data?.services ?? []).map(one => one.service)), seen = site.data?.status;
  const reasons = [
    !on && ['not_connected'], on && now && !now.storeUp && ['store'], now?.halted && ['halted'],
    now && now.session !== 'ok' && ['session'], now && now.breaker !== 'closed' && ['breaker'], now && now.format === 'broken' && ['format'],
    ...(on && status.data ? NEEDED.filter(name => !parts.has(name)).map(name => ['part', name]) : []),
    site.data?.error && ['proxy', site.data.error], seen && !seen.clockTrusted && ['clock'],
    now && now.budget !== null && now.exposure >= now.budget && ['budget'],
  ].filter(Boolean);
  const known = on && now && status.data && site.data, can = known && reasons.length === 0;
  return html`<section class="card stack answer" data-can=${can ? '1' : '0'} id="can-bid" role="status"><h3>${t('can_i_bid')}</h3>
    <p class="big state" data-state=${can ? 'ok' : reasons.length ? 'bad' : 'off'}><${Shape} of=${can ? 'ok' : reasons.length ? 'bad' : 'stale'} /> ${can ? t(realMoney.value ? 'can_live' : live.value ? 'can_other' : 'can_paper') : reasons.length ? t('can_not') : t('reading')}</p>
    ${reasons.length > 0 && html`<ul class="plain">${reasons.map(([name, more]) => html`<li key=${name + more}><strong>${t(`cannot_${name}`, more)}</strong> ${t(`mend_${name}`, more)}</li>`)}</ul>`}</section>`;
}
