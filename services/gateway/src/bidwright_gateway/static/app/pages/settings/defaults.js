// What a new watch begins with, and how strategies bid unless a lot says otherwise.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

const BOXES = [['general', 'defaultMaxBid'], ['bidding', 'snipeTiming'], ['bidding', 'bidBuffer'], ['bidding', 'retryAttempts']];

export function Defaults() {
  const reading = useReading('/api/settings'), deed = useDeed(), [typed, set] = useState({}), settings = reading.data?.settings;
  const type = (part, name, value) => { deed.clear(); set({...typed, [part]: {...typed[part], [name]: value}}); };
  const save = async event => {
    event.preventDefault();
    const sent = Object.fromEntries(Object.entries(typed).map(([part, values]) => [part, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value]))]));
    if (await deed.run(() => rest('POST', '/api/settings', sent), t('saved'))) { await reading.reload(); set({}); }
  };
  return html`<section class="card stack" id="defaults"><h2>${t('defaults')}</h2><${Unread} reading=${reading} />
    ${settings && html`<form class="stack" noValidate onSubmit=${save}><div class="line">
      ${BOXES.map(([part, name]) => html`<label key=${name}>${t(`default_${name}`)} <input class="short" inputmode="numeric" value=${typed[part]?.[name] ?? settings[part][name]} onInput=${event => type(part, name, event.target.value)} /></label>`)}
      <label>${t('default_strategy')} <select value=${typed.general?.defaultStrategy ?? settings.general.defaultStrategy} onChange=${event => type('general', 'defaultStrategy', event.target.value)}><option value="sniping">${t('strategy_sniping')}</option><option value="increment">${t('strategy_auto')}</option></select></label></div>
      <div class="line"><button type="submit" class="primary" disabled=${deed.busy || !fresh.value || !Object.keys(typed).length}>${t('save_this')}</button><span class="muted" role="status">${deed.done}</span></div>
      <p class="wrong" role="alert">${deed.wrong ? [deed.wrong.message, ...[deed.wrong.details ?? []].flat()].join(': ') : ''}</p></form>`}</section>`;
}
