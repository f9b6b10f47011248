// Short notices in a corner.
import {html} from '../lib/html.js';
import {t} from '../lib/words.js';
import {clearToast, toasts} from '../state/news.js';

export const Toasts = () => html`<div id="toasts" class="toasts" role="status" aria-live="polite">${toasts.value.map(one => html`
  <div key=${one.key} class="toast" data-kind=${one.bad ? 'bad' : 'calm'}><p>${one.text}</p>${one.bad && html`<button type="button" onClick=${() => clearToast(one.key)}>${t('close_it')}</button>`}</div>`)}</div>`;
