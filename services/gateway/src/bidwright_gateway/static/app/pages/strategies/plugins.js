// Plugins: state, version, what is wrong, and whether one may bid real money.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {joined, t} from '../../lib/words.js';
import {Shape} from '../../parts/shape.js';
import {ask} from '../../state/ask.js';
import {tell} from '../../state/news.js';
import {Unread, useReading} from '../../state/reading.js';
import {fresh, service} from '../../state/store.js';

const STATES = {running: 'ok', previous: 'outbid', refused: 'bad', quarantine: 'bad', disabled: 'off'};

export function Plugins() {
  const reading = useReading('/api/plugins', {every: 15_000, on: service.value?.plugins ?? 0}), [all, show] = useState(false), plugins = reading.data?.plugins ?? [];
  const strange = plugins.filter(one => one.door !== 'built-in' || one.state !== 'running'), shown = all ? plugins : strange;
  return html`<section class="card stack" id="plugins"><h2>${t('plugins')}</h2><${Unread} reading=${reading} />
    ${reading.data && !strange.length && html`<p>${t('plugins_fine', plugins.length)}</p>`}
    <ul class="plain rows">${shown.map(one => html`<${One} key=${one.name} one=${one} reload=${reading.reload} />`)}</ul>
    ${plugins.length > strange.length && html`<div><button type="button" class="link" onClick=${() => show(!all)}>${all ? t('plugins_fewer') : t('plugins_all', plugins.length)}</button></div>`}</section>`;
}

function One({one, reload}) {
  const short = one.sha.slice(0, 12), off = ['disabled', 'quarantine', 'refused'].includes(one.state), foreign = one.door !== 'built-in';
  const enable = async () => {
    const sure = await ask({title: t('plugin_enable_title', one.name), text: t('plugin_enable_text', short), yes: t('plugin_enable')});
    if (sure && await tell(() => rest('POST', `/api/plugins/${encodeURIComponent(one.name)}/enable`, {sha: one.sha}))) reload();
  };
  const disable = async () => {
    const sure = await ask({title: t('plugin_disable_title', one.name), text: t('plugin_disable_text'), yes: t('plugin_disable')});
    if (sure && await tell(() => rest('POST', `/api/plugins/${encodeURIComponent(one.name)}/disable`, {why: t('why_page')}))) reload();
  };
  return html`<li data-name=${one.name}><div><strong>${one.name}</strong> <span class="state" data-state=${STATES[one.state]}><${Shape} of=${STATES[one.state]} /> ${t(`plugin_${one.state}`)}</span>
      <p class="muted">${joined(one.door, short && t('plugin_version', short), one.strategies.length ? t('plugin_brings', one.strategies.join(', ')) : '', one.hooks.join(', '), foreign ? t(one.realMoney ? 'plugin_real' : 'plugin_paper') : '')}</p>
      ${[one.problem, one.quarantine, one.disabled].filter(Boolean).map(why => html`<p class="wrong">${why}</p>`)}</div>
    ${foreign && html`<div class="line">${(off || !one.realMoney) && one.sha && html`<button type="button" disabled=${!fresh.value} aria-label=${t('plugin_enable_title', one.name)} onClick=${enable}>${t('plugin_enable')}</button>`}${one.state !== 'disabled' && html`<button type="button" disabled=${!fresh.value} aria-label=${t('plugin_disable_title', one.name)} onClick=${disable}>${t('plugin_disable')}</button>`}</div>`}</li>`;
}
