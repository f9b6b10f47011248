// Buyer's premium and sales tax, in percent: usually, and by location. Without the owner's word on them no all-in cap is armed.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export function Rates() {
  const reading = useReading('/api/rates'), {data} = reading;
  return html`<section class="card stack" id="rates"><h2>${t('rates')}</h2><p class="muted">${t('rates_about')}</p><${Unread} reading=${reading} />
    ${data && html`<${Form} key=${JSON.stringify([data.default, data.locations])} stored=${data} reload=${reading.reload} />`}</section>`;
}

function Form({stored, reload}) {
  const deed = useDeed(), assumed = stored.default.source === 'assumed';
  const [rows, set] = useState([{place: '', ...stored.default}, ...Object.entries(stored.locations).map(([place, rates]) => ({place, ...rates}))]);
  const type = (n, name, text) => set(rows.map((row, m) => m === n ? {...row, [name]: text} : row));
  const save = event => {
    event.preventDefault();
    const [usual, ...others] = rows, named = others.filter(row => row.place.trim()).map(row => [row.place.trim(), {premium: row.premium, tax: row.tax}]);
    const gone = Object.fromEntries(Object.keys(stored.locations).map(place => [place, null])); // what is not named would stay
    deed.run(async () => {
      await rest('PUT', '/api/rates', {default: {premium: usual.premium, tax: usual.tax}, locations: {...gone, ...Object.fromEntries(named)}});
      reload();
    }, t('saved_at_once'));
  };
  return html`<form class="stack" noValidate onSubmit=${save}>${assumed && html`<p class="wrong">${t('rates_are_assumed')}</p>`}
    ${rows.map((row, n) => html`<fieldset key=${n} class="line"><legend class="hide-visually">${n ? row.place || t('rates_place') : t('rates_usual')}</legend>
      ${n ? html`<label class="grow">${t('rates_place')} <input value=${row.place} maxlength="100" onInput=${event => type(n, 'place', event.target.value)} /></label>` : html`<p class="grow">${t('rates_usual')}</p>`}
      <label>${t('premium')} <input class="short" inputmode="decimal" value=${row.premium} onInput=${event => type(n, 'premium', event.target.value)} /></label>
      <label>${t('tax')} <input class="short" inputmode="decimal" value=${row.tax} onInput=${event => type(n, 'tax', event.target.value)} /></label>
      ${n > 0 && html`<button type="button" aria-label=${t('rates_remove', row.place)} onClick=${() => set(rows.filter((_, m) => m !== n))}>${t('remove')}</button>`}</fieldset>`)}
    <div class="line"><button type="submit" class="primary" disabled=${deed.busy || !fresh.value}>${t('save_this')}</button><button type="button" onClick=${() => set([...rows, {place: '', premium: rows[0].premium, tax: rows[0].tax}])}>${t('rates_add')}</button><span class="muted" role="status">${deed.done}</span></div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></form>`;
}
