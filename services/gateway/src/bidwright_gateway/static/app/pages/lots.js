// Lots: what needs you first, then what closes next, then the rest; found, filtered, ordered, changed together.
import {html, useEffect, useRef, useState} from '../lib/html.js';
import {clockTime, many, t} from '../lib/words.js';
import {VirtualList} from '../parts/virtual.js';
import {FILTERS} from '../../shared/lots.js';
import {arranged, filter, place, query, sort, SORTS} from '../state/arrangement.js';
import {ask} from '../state/ask.js';
import {lately} from '../state/news.js';

import {listed} from '../state/store.js';
import {Guide} from './guide.js';
import {Add} from './lots/add.js';
import {Bulk} from './lots/bulk.js';
import {choosing, leave, toggle} from './lots/choice.js';
import {Row} from './lots/row.js';

const KEYS = ['/', 'j', 'k', 'x', '?'];

export function Lots() {
  const {items, shown, total} = arranged.value, search = useRef(), [adding, add] = useState(false);
  useKeys(search);
  if (!listed.value) return html`<p class="empty" role="status">${t('reading_lots')}</p>`;
  return html`
    <${Add} open=${adding} onToggle=${add} />
    <${Guide} begin=${() => add(true)} />
    ${total > 0 && html`<${Tools} search=${search} shown=${shown} total=${total} />`}
    ${choosing.value && html`<${Bulk} />`}
    ${total > 0 && shown === 0 && html`<section class="empty"><h2>${t('filter_none_title')}</h2><p>${t('filter_none')}</p><button type="button" onClick=${clear}>${t('show_all')}</button></section>`}
    <div id="lots"><${VirtualList} items=${items} draw=${draw} label=${t('page_lots')} /></div>
    <${Lately} />`;
}

const draw = item => item.kind === 'head'
  ? html`<h2 class="head" id="group-${item.name}" data-name=${item.name}>${t(`section_${item.name}`)} <span class="count">${item.count}</span></h2>`
  : html`<${Row} id=${item.id} />`;

function Tools({search, shown, total}) {
  const {places} = arranged.value;
  return html`<div class="tools" role="search">
    <input ref=${search} id="lots-search" type="search" aria-label=${t('find_label')} placeholder=${t('find_label')} value=${query.value} onInput=${event => { query.value = event.target.value; }} />
    <div class="filters" role="group" aria-label=${t('filter_label')}>${Object.keys(FILTERS).map(name => html`<button key=${name} type="button" aria-pressed=${String(filter.value === name)} onClick=${() => { filter.value = name; }}>${t(`filter_${name}`)}</button>`)}</div>
    ${places.length > 1 && html`<label class="inline">${t('where')} <select value=${place.value} onChange=${event => { place.value = event.target.value; }}><option value="">${t('everywhere')}</option>${places.map(name => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>`}
    <label class="inline">${t('sort_by')} <select id="lots-sort" value=${sort.value} onChange=${event => { sort.value = event.target.value; }}>${Object.keys(SORTS).map(name => html`<option key=${name} value=${name}>${t(`sort_${name}`)}</option>`)}</select></label>
    <button type="button" aria-pressed=${String(choosing.value)} onClick=${() => choosing.value ? leave() : (choosing.value = true)}>${t('choose_several')}</button>
    <p class="muted" role="status">${shown === total ? many('lots', total) : t('lots_of', shown, total)}</p>
  </div>`;
}

const Lately = () => lately.value.length > 0 && html`<details id="lately" class="card lately"><summary><h2 class="quiet">${t('lately')}</h2> <span class="count muted">${lately.value.length}</span></summary>
  <ol>${lately.value.map(one => html`<li key=${one.at + one.message}><time>${clockTime(one.at)}</time><span>${one.message}</span></li>`)}</ol></details>`;

function clear() { query.value = ''; filter.value = 'all'; place.value = ''; }

// The keyboard: / to the search, j and k from lot to lot, Enter opens (it is a link), x chooses, ? tells all this.
function useKeys(search) {
  useEffect(() => {
    const press = event => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, [role=dialog]') || !KEYS.includes(event.key)) return;
      event.preventDefault();
      if (event.key === '/') search.current?.focus();
      else if (event.key === '?') tellKeys();
      else if (event.key === 'x') { const id = event.target.closest('.lot')?.id.slice(4); if (id) { choosing.value = true; toggle(id); } }
      else step(event.key === 'j' ? 1 : -1);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function step(by) {
  const titles = [...document.querySelectorAll('.lot .title')], now = titles.findIndex(title => title.closest('.lot').contains(document.activeElement));
  const next = titles[now < 0 ? (by > 0 ? 0 : titles.length - 1) : now + by];
  next?.focus({preventScroll: true});
  next?.closest('.lot').scrollIntoView({block: 'nearest'});
}

const tellKeys = () => ask({title: t('keys'), yes: t('understood'), points: [t('key_search'), t('key_step'), t('key_choose'), t('key_stop'), t('key_help')]});

