// What keeps anything from being bid, or makes what is shown old; the gravest first. Each says what happened and what to do.
import {html} from '../lib/html.js';
import {clockTime, hammerText, t} from '../lib/words.js';
import {sessionWrong} from '../../shared/lots.js';
import {link} from '../state/link.js';
import {resume} from '../state/orders.js';
import {problems} from '../state/strategies.js';
import {lots, roster, service, site} from '../state/store.js';

export function Alerts() {
  const {state, since} = link.value, now = service.value;
  return html`<div id="alerts" class="alerts" role="alert">
    ${state === 'off' && html`<${Alert} name="link" grave>${t('trouble_lost', clockTime(since))}<//>`}
    ${state !== 'entry' && state !== 'refused' && now && html`<${Service} now=${now} />`}
  </div>`;
}

function Service({now}) {
  return html`
    ${now.halted && html`<${Alert} name="halt" grave act=${resume} action=${t('resume')}>${t(now.haltedWhy ? 'trouble_halted_why' : 'trouble_halted', now.haltedWhy)} <${StandingBids} /><//>`}
    ${!now.storeUp && html`<${Alert} name="store" grave>${t('trouble_store')}<//>`}
    ${now.format === 'broken' && html`<${Alert} name="format">${t('trouble_format', now.formatWhy)}<//>`}
    ${now.breaker !== 'closed' && html`<${Alert} name="breaker">${t('trouble_breaker')}<//>`}
    ${sessionWrong(now) && html`<${Alert} name="session" href=${site.value.address} action=${t('open_site')}>${t('trouble_session')}<//>`}
    ${problems.value.map(one => html`<${Alert} key=${one.plugin} name="plugin-${one.plugin}" to="strategies" action=${t('look_at_it')}>${t('trouble_plugin', one.plugin, one.reason)}<//>`)}`;
}

function Alert({name, grave = false, action, act, href, to, children}) {
  return html`<div class="alert" data-key=${name} data-grave=${grave ? '1' : '0'}><p>${children}</p>${
    act ? html`<button type="button" onClick=${act}>${action}</button>` : href ? html`<a class="button" href=${href} target="_blank" rel="noopener noreferrer">${action}</a>` : to ? html`<a class="button" href="#/${to}">${action}</a>` : null}</div>`;
}

// What stands on the site although everything is stopped.
function StandingBids() {
  roster.value;
  const found = [...lots.values()].map(entry => entry.peek().auction).filter(auction => auction.exposure > 0 && auction.status !== 'ended');
  if (!found.length) return t('stands_nothing');
  const named = found.slice(0, 5).map(auction => `${auction.title || auction.id} ${hammerText(auction.exposure)}`).join('; ');
  return t(found.length > 5 ? 'stands_more' : 'stands', named, found.length - 5);
}
