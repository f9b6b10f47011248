// Light or dark, or as the system has it: color-scheme alone decides all colours.
import {html, useState} from '../../lib/html.js';
import {t} from '../../lib/words.js';

const KEY = 'theme', SCHEMES = {system: 'light dark', light: 'light', dark: 'dark'};
const kept = () => { const name = localStorage.getItem(KEY); return name in SCHEMES ? name : 'system'; };

export function dress() { document.documentElement.style.colorScheme = SCHEMES[kept()]; }

export function Theme() {
  const [now, set] = useState(kept());
  const choose = name => { localStorage.setItem(KEY, name); dress(); set(name); };
  return html`<section class="card stack" id="theme"><h2>${t('theme')}</h2><div class="filters" role="group" aria-label=${t('theme')}>${Object.keys(SCHEMES).map(name => html`<button key=${name} type="button" aria-pressed=${String(now === name)} onClick=${() => choose(name)}>${t(`theme_${name}`)}</button>`)}</div></section>`;
}
