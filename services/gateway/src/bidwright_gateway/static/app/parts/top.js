// The frame: what is always in view. Band, sections, connection, mode, money, STOP.
import {html} from '../lib/html.js';
import {allInText, t} from '../lib/words.js';
import {link} from '../state/link.js';
import {changeMode, stopAll} from '../state/orders.js';
import {route} from '../state/route.js';
import {listed, live, realMoney, service, site} from '../state/store.js';

const SECTIONS = ['lots', 'find', 'money', 'strategies', 'health', 'settings'];
const WORD = {connecting: 'link_connecting', on: 'link_on', off: 'link_off', refused: 'link_token', entry: 'link_token'};

export function Band() {
  if (!service.value) return null;
  const {simulated, real, address} = site.value;
  const where = !listed.value || real ? '' : simulated ? t('simulated_site') : t('other_site', new URL(address).host);
  const text = [where, live.value ? '' : t('dry_run_band')].filter(Boolean).join(' · ');
  return text && html`<div id="band" class="band">${text}</div>`;
}

export function Top() {
  const {state} = link.value, inside = !['refused', 'entry'].includes(state), now = service.value;
  return html`<header class="top">
    <h1>Bidwright</h1>
    ${inside && html`<${Sections} />`}
    <p id="connection" class="connection" data-state=${state === 'on' ? 'on' : 'off'} role="status"><span class="dot"></span><span class="word">${t(WORD[state])}</span></p>
    ${inside && now && html`<button id="mode" class="pill" type="button" data-mode=${now.mode} disabled=${state !== 'on'} onClick=${changeMode} aria-label=${t(realMoney.value ? 'mode_live_label' : live.value ? 'mode_live_other_label' : 'mode_dry_label')}>${t(live.value ? 'live' : 'dry_run')}</button><${Stake} now=${now} />`}
    ${inside && html`<${Stop} />`}
  </header>`;
}

const Sections = () => html`<nav class="sections" aria-label=${t('sections')}>${SECTIONS.map(name => html`
  <a key=${name} href="#/${name}" aria-current=${route.value.page === name || (name === 'lots' && route.value.page === 'lot') ? 'page' : undefined}>${t(`page_${name}`)}</a>`)}</nav>`;

const Stake = ({now}) => html`<a id="money" class="stake" href="#/money">
  <span class="stake-words">${now.budget === null ? t('at_stake_no_budget', allInText(now.exposure)) : t('at_stake', allInText(now.exposure), allInText(now.budget))}</span>
  <span class="meter"><span class="meter-fill" style=${{width: `${now.budget ? Math.min(100, now.exposure / now.budget * 100) : 0}%`}}></span></span></a>`;

function Stop() {
  const halted = service.value?.halted;
  return html`<button id="stop" class="stop" type="button" data-halted=${halted ? '1' : '0'} aria-keyshortcuts="Alt+Shift+X" title=${t('stop_keys')} onClick=${stopAll}>${t(halted ? 'stopped_resume' : 'stop')}</button>`;
}

addEventListener('keydown', event => { if (event.altKey && event.shiftKey && event.code === 'KeyX' && !service.value?.halted) { event.preventDefault(); stopAll(); } });
