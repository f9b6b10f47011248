// The switches: what each says and why, thrown with a word on why, its roll-out, what an experiment came to, and who threw them before.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {joined, moment, t} from '../../lib/words.js';
import {toast} from '../../state/news.js';
import {Unread, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';
import {Outcomes} from './outcomes.js';

export function Toggles() {
  const reading = useReading('/api/toggles', {every: 20_000}), audit = useReading('/api/toggles/audit?limit=30'), toggles = reading.data?.toggles ?? [];
  const due = toggles.filter(one => one.stale || one.warnings.length).length, reload = () => Promise.all([reading.reload(), audit.reload()]);
  return html`<section class="card stack" id="toggles"><h2>${t('toggles')} <span class="muted">${due ? t('toggles_due', due) : ''}</span></h2><p class="muted">${t('toggles_about')}</p><${Unread} reading=${reading} />
    <ul class="plain rows switches">${toggles.map(one => html`<${Toggle} key=${one.name} one=${one} reload=${reload} />`)}</ul>
    <h3>${t('toggles_audit')}</h3><${Unread} reading=${audit} />
    ${audit.data && !audit.data.audit.length && html`<p class="muted">${t('toggles_audit_none')}</p>`}
    <ol class="plain audit">${(audit.data?.audit ?? []).map((entry, n) => html`<li key=${n}><time>${entry.at ? moment(Date.parse(entry.at)) : ''}</time><span>${t('toggle_entry', entry.name, entry.old ?? t('nothing'), entry.new ?? t('nothing'), entry.who)}${entry.why ? ` (${entry.why})` : ''}</span></li>`)}</ol></section>`;
}

function Toggle({one, reload}) {
  const [value, type] = useState(''), [why, say] = useState(''), [busy, occupy] = useState(false);
  const send = async work => {
    occupy(true);
    try { await work(); type(''); say(''); await reload(); } catch (error) { toast(error.message, {key: 'action', bad: true}); }
    occupy(false);
  };
  const set = text => send(() => rest('PUT', `/api/toggles/${one.name}`, {value: text, why: why.trim(), who: 'page'}));
  const flips = !one.variants.length, is = one.forSomeLots ? t('toggle_some', one.live ?? one.environment) : one.value;
  const notes = joined(one.changed && `${one.changed.who} ${moment(Date.parse(one.changed.at))}${one.changed.why ? `: ${one.changed.why}` : ''}`, one.review && t(one.stale ? 'toggle_review_due' : 'toggle_review', one.review),
    one.rollback && t('toggle_rollback', one.rollback.worseBy, one.rollback.lots), ...one.warnings);
  return html`<li data-name=${one.name} data-stale=${String(one.stale)}><div><strong>${one.env}</strong> <span>${is} (${one.reason})</span><p class="muted">${one.description}</p><p class="muted">${notes}</p>
      ${one.variants.length > 0 && html`<${Outcomes} name=${one.name} variants=${one.variants} />`}</div>
    ${!one.locked && html`<form class="line" onSubmit=${event => { event.preventDefault(); if (value.trim()) set(value.trim()); }}>
      ${flips && html`<button type="button" class="arm" aria-pressed=${String(one.enabled)} disabled=${busy || !fresh.value} aria-label=${t('toggle_is', one.name, one.value)} onClick=${() => set(one.enabled ? 'off' : 'on')}>${t(one.enabled ? 'on' : 'off')}</button>`}
      <label class="grow">${t('value')} <input placeholder=${one.live ?? one.value} autocomplete="off" value=${value} onInput=${event => type(event.target.value)} /></label>
      <label class="grow">${t('why')} <input placeholder=${t('for_the_record')} autocomplete="off" value=${why} onInput=${event => say(event.target.value)} /></label>
      <button type="submit" disabled=${busy || !fresh.value}>${t('set_cap')}</button>
      ${one.live !== null && html`<button type="button" disabled=${busy || !fresh.value} onClick=${() => send(() => rest('DELETE', `/api/toggles/${one.name}`, {why: why.trim(), who: 'page'}))}>${t('reset')}</button>`}</form>`}</li>`;
}
