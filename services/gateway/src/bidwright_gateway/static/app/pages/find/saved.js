// Searches that are kept: looked for every quarter of an hour, and told when something new is listed.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {joined, many, moment, t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export function Saved({typed, look}) {
  const reading = useReading('/api/searches', {every: 30_000}), deed = useDeed(), [name, call] = useState(''), searches = reading.data?.searches ?? [];
  const then = work => deed.run(async () => { await work(); await reading.reload(); });
  const keep = async event => { event.preventDefault(); if (await then(() => rest('POST', '/api/searches', {name: name.trim(), q: typed.q.trim(), location: typed.location.trim()}))) call(''); };
  return html`<section class="card stack" id="saved"><h2>${t('saved_searches')}</h2><p class="muted">${t('saved_about')}</p><${Unread} reading=${reading} />
    ${reading.data && !searches.length && html`<p>${t('saved_none')}</p>`}
    <ul class="plain rows">${searches.map(one => html`<${Row} key=${one.id} one=${one} busy=${deed.busy} then=${then} look=${() => look({...typed, q: one.q, location: one.location, how: 'index'})} />`)}</ul>
    <form class="line" onSubmit=${keep}><label class="grow">${t('search_name')} <input maxlength="100" placeholder=${typed.q || typed.location} value=${name} autocomplete="off" onInput=${event => call(event.target.value)} /></label><button type="submit" disabled=${deed.busy || !fresh.value}>${t('keep_search', joined(typed.q, typed.location))}</button></form>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></section>`;
}

function Row({one, busy, then, look}) {
  const [told, tell] = useState(one.notify), held = busy || !fresh.value;
  const wish = async on => { tell(on); if (!await then(() => rest('PUT', `/api/searches/${one.id}`, {notify: on}))) tell(one.notify); };
  return html`<li class="saved-row"><div><strong>${one.name}</strong><p class="muted">${joined(one.q, one.location, one.lookedAt ? t('looked_at', moment(one.lookedAt)) : '')}</p>
      ${one.why && html`<p class="wrong">${one.why}</p>`}
      ${one.fresh.length > 0 && html`<p>${many('fresh', one.fresh.length, moment(one.foundAt))} ${one.fresh.slice(0, 5).map(id => html`<a key=${id} href="#/lot/${id}">${id}</a> `)}</p>`}</div>
    <label class="check"><input type="checkbox" checked=${told} disabled=${held} onChange=${event => wish(event.target.checked)} /> ${t('tell_me')}</label>
    <button type="button" aria-label=${t('look_now', one.name)} onClick=${look}>${t('look')}</button>
    <button type="button" disabled=${held} aria-label=${t('drop_search', one.name)} onClick=${() => then(() => rest('DELETE', `/api/searches/${one.id}`))}>${t('remove')}</button></li>`;
}
