// What was set up here, kept in a file outside, and brought back with nothing armed; the closes for a calendar; who changed what.
import {html, useState} from '../../lib/html.js';
import {rest, save} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export function Belongings() {
  const deed = useDeed(), [seen, show] = useState(null);
  const take = async event => {
    const [file] = event.target.files;
    event.target.value = '';
    if (file) await deed.run(async () => { let kept; try { kept = JSON.parse(await file.text()); } catch { throw new Error(t('kept_no_json')); } show({kept, told: await rest('POST', '/api/export', {...kept, success: undefined, dryRun: true})}); });
  };
  const restore = () => deed.run(async () => { const told = await rest('POST', '/api/export', {...seen.kept, success: undefined}); show(null); return told; }, t('kept_back'));
  return html`<section class="card stack" id="belongings"><h2>${t('kept')}</h2><p class="muted">${t('kept_about')}</p>
    <div class="line"><button type="button" disabled=${deed.busy} onClick=${() => deed.run(() => save('/api/export', 'bidwright-setup.json'))}>${t('kept_save')}</button>
      <button type="button" disabled=${deed.busy} onClick=${() => deed.run(() => save('/api/x/feature-calendar/closes.ics', 'closes.ics'))}>${t('kept_calendar')}</button>
      <label>${t('kept_file')} <input type="file" accept="application/json,.json" disabled=${!fresh.value} onChange=${take} /></label></div>
    ${seen && html`<div class="line"><p role="status">${t('kept_would', seen.told.added.length, seen.told.groups.added.length, seen.told.skipped.length)}</p><button type="button" class="primary" disabled=${deed.busy || !fresh.value} onClick=${restore}>${t('kept_do')}</button></div>`}
    <p class="good" role="status">${deed.done}</p><p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p><${Audit} /></section>`;
}

function Audit() {
  const [open, show] = useState(false), reading = useReading(open ? '/api/audit?limit=50' : null);
  return html`<details onToggle=${event => show(event.target.open)}><summary>${t('audit')}</summary>${open && html`<${Unread} reading=${reading} /><ol class="plain audit">${(reading.data?.audit ?? []).map(one => html`<li key=${one.id}><time>${moment(one.at)}</time><span>${t('audit_line', one.by, one.what, one.status ?? '')}</span></li>`)}</ol>`}</details>`;
}
