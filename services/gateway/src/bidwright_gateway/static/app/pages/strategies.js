// Strategies and toggles: what bids, which plugins it comes from, and the switches of every behaviour.
import {html} from '../lib/html.js';
import {t} from '../lib/words.js';
import {fieldsOf} from '../parts/schema-form.js';
import {strategies, strategyText} from '../state/strategies.js';
import {Plugins} from './strategies/plugins.js';
import {Toggles} from './strategies/toggles.js';

export function Strategies() {
  return html`<h2 tabindex="-1">${t('page_strategies')}</h2>
    <div class="tiles" id="strategies">${strategies.value.map(one => html`<section class="card stack" key=${one.name} aria-label=${one.name}><h3>${strategyText(one.name)}</h3>
      <p>${one.description}</p><p class="muted">${t('strategy_from', one.name, one.version ?? '', one.plugin ?? '')}</p>
      ${fieldsOf(one.params).length > 0 && html`<details><summary>${t('strategy_settings')}</summary><dl class="facts">${fieldsOf(one.params).map(field => html`<div key=${field.name}><dt>${field.title}</dt><dd>${field.usual ?? t('none')} <span class="muted">${field.hint}</span></dd></div>`)}</dl></details>`}</section>`)}</div>
    <p class="muted">${t('strategy_own')}</p>
    <${Plugins} /><${Toggles} />`;
}
