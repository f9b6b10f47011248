// The dashboard: the frame, and in it the page that the address names.
import {effect, html, render, signal, useEffect, useState} from './lib/html.js';
import {forgetToken, keepToken, takeToken} from './lib/rest.js';
import {t} from './lib/words.js';
import {Alerts} from './parts/alerts.js';
import {Dialog} from './parts/dialog.js';
import {Toasts} from './parts/toasts.js';
import {Band, Top} from './parts/top.js';
import {Lot} from './pages/lot.js';
import {Lots} from './pages/lots.js';
import {dress} from './pages/settings/theme.js';
import {question} from './state/ask.js';
import {link, open} from './state/link.js';
import {route} from './state/route.js';
import {fresh, hear} from './state/store.js';

// What is wanted at once; the rest is fetched behind it, so that the first paint waits for little and a lost connection is no obstacle later.
const pages = signal({lots: Lots, lot: Lot});
const LATER = {
  find: () => import('./pages/find.js').then(found => found.Find),
  money: () => import('./pages/money.js').then(found => found.Money),
  strategies: () => import('./pages/strategies.js').then(found => found.Strategies),
  health: () => import('./pages/health.js').then(found => found.Health),
  settings: () => import('./pages/settings.js').then(found => found.Settings),
};

async function fetchLater() {
  const {page} = route.peek();
  for (const name of Object.keys(LATER).sort((a, b) => (b === page) - (a === page))) if (!pages.peek()[name]) pages.value = {...pages.peek(), [name]: await LATER[name]()};
}

// Soon after the connection, or at once when one is asked for; once more after a loss, if anything is missing still.
const CALM_MS = 2000;
effect(() => {
  const wait = route.value.page in LATER ? 0 : CALM_MS;
  if (link.value.state === 'on') setTimeout(() => fetchLater().catch(() => { /* the next connection tries it again */ }), wait);
});

const left = new Map(); // how far down each page was when it was left

function App() {
  const {state} = link.value, {page, id} = route.value, inside = !['refused', 'entry'].includes(state), Page = pages.value[page] ?? Coming;
  useEffect(() => {
    document.title = page === 'lots' ? 'Bidwright' : `${t(`page_${page}`)} · Bidwright`;
    document.querySelector('main h2')?.focus({preventScroll: true});
    scrollTo(0, left.get(page + id) ?? 0);
    const keep = () => { if (route.value.page === page && route.value.id === id) left.set(page + id, scrollY); };
    addEventListener('scroll', keep, {passive: true});
    return () => removeEventListener('scroll', keep);
  }, [page, id]);
  return html`<${Band} /><${Top} />
    <main inert=${question.value !== null} data-fresh=${fresh.value ? '1' : '0'}>
      <${Alerts} />
      ${inside ? html`<${Page} key=${page + id} id=${id} />` : html`<${Entry} refused=${state === 'refused'} />`}
    </main>
    ${inside && html`<footer inert=${question.value !== null}><a href="/api-docs">${t('api')}</a> <a href="#/health">${t('page_health')}</a> <button id="forget" type="button" class="link" onClick=${forget}>${t('forget')}</button></footer>`}
    <${Toasts} /><${Dialog} />`;
}

const Coming = () => html`<p class="empty" role="status">${t('reading')}</p>`;

function forget() {
  forgetToken();
  location.reload();
}

function Entry({refused}) {
  const [token, type] = useState('');
  const submit = event => { event.preventDefault(); if (token.trim()) { keepToken(token.trim()); type(''); open(token.trim(), hear); } };
  return html`<section id="entry" class="card entry" aria-labelledby="entry-title">
    <h2 id="entry-title">${t('entry_title')}</h2>
    <p>${t('entry_text')}</p>
    <form class="line" onSubmit=${submit}>
      <label class="grow">${t('token')} <input id="entry-token" type="password" autocomplete="current-password" required value=${token} onInput=${event => type(event.target.value)} autofocus /></label>
      <button class="primary" type="submit">${t('open')}</button>
    </form>
    <p id="entry-error" class="wrong" role="alert">${refused ? t('entry_wrong') : ''}</p>
    <p class="muted">${t('entry_where')}</p>
  </section>`;
}

const root = document.getElementById('app'), token = takeToken();
if (token) open(token, hear); else link.value = {state: 'entry', since: Date.now()};
dress();
root.replaceChildren();
render(html`<${App} />`, root);
