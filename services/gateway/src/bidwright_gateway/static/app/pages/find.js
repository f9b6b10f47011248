// Find: deals with their price out the door, the site's whole index, searches that are kept, and what the account already bids on.
import {html, useState} from '../lib/html.js';
import {t} from '../lib/words.js';
import {Import} from './find/import.js';
import {Results} from './find/results.js';
import {Saved} from './find/saved.js';

const USUAL = {q: 'tools', location: 'Phoenix', ratio: '30', most: '', how: 'deals'};
const KEY = 'lookedFor';

export function Find() {
  const [typed, type] = useState(() => ({...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? '{}')})), [asked, ask] = useState(null);
  const box = name => ({value: typed[name], autocomplete: 'off', onInput: event => type({...typed, [name]: event.target.value})});
  const look = wanted => { type(wanted); localStorage.setItem(KEY, JSON.stringify(wanted)); ask({...wanted, at: Date.now()}); };
  return html`<h2 tabindex="-1">${t('page_find')}</h2>
    <section class="card stack">
      <form class="line" role="search" onSubmit=${event => { event.preventDefault(); look(typed); }}>
        <label class="grow">${t('look_for')} <input type="search" maxlength="100" ...${box('q')} /></label>
        <label>${t('where')} <input maxlength="100" ...${box('location')} /></label>
        <label>${t('look_how')} <select value=${typed.how} onChange=${event => type({...typed, how: event.target.value})}><option value="deals">${t('look_deals')}</option><option value="index">${t('look_index')}</option></select></label>
        ${typed.how === 'deals' && html`<label>${t('most_ratio')} <input class="short" inputmode="numeric" ...${box('ratio')} /></label><label>${t('most_price')} <input class="short" inputmode="decimal" placeholder=${t('none')} ...${box('most')} /></label>`}
        <button type="submit" class="primary">${t('look')}</button>
      </form>
      <p class="muted">${t(typed.how === 'deals' ? 'deals_hint' : 'index_hint')}</p>
    </section>
    ${asked && html`<${Results} key=${asked.at} asked=${asked} />`}
    <${Saved} typed=${typed} look=${look} />
    <${Import} />`;
}
