// Devices: open a window with a code, compare six digits, say yes or no; see who is paired, put one out.
import {html, useEffect, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {tell} from '../../state/news.js';
import {Unread, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

const LOOK_MS = 1500;

export function Devices() {
  const reading = useReading('/api/devices'), [opened, open] = useState(null), [pairing, look] = useState({open: false, pending: []}), devices = reading.data?.devices ?? [];
  const waits = Boolean(opened) || pairing.pending.length > 0;
  const see = async () => { const now = await rest('GET', '/api/pairing').catch(() => null); if (now) { look(now); if (!now.open) open(null); } };
  useEffect(() => { see(); }, []);
  useEffect(() => { if (!waits) return undefined; const timer = setInterval(see, LOOK_MS); return () => clearInterval(timer); }, [waits]);
  useEffect(() => { reading.reload(); }, [pairing.pending.length]);
  const begin = () => tell(async () => { open(await rest('POST', '/api/pairing')); await see(); });
  const answer = work => tell(async () => { await work(); await see(); await reading.reload(); });
  return html`<section class="card stack devices" id="devices"><h2>${t('devices')} <span class="muted">${devices.length ? t('devices_paired', devices.length) : ''}</span></h2><p class="muted">${t('devices_about')}</p>
    ${opened && html`<p class="pair-code"><strong>${opened.code.slice(0, 4)}-${opened.code.slice(4)}</strong> <span class="muted">${t('pair_type', location.origin, moment(opened.expiresAt))}${opened.fingerprint ? ` ${t('pair_fingerprint', opened.fingerprint)}` : ''}</span></p>`}
    <div class="alerts pair-waiting" role="alert">${pairing.pending.map(one => html`<div class="alert" key=${one.id}><p>${t('pair_wants', one.name)} <strong>${one.check.slice(0, 3)} ${one.check.slice(3)}</strong></p>
      <button type="button" class="primary" onClick=${() => answer(() => rest('POST', `/api/pairing/${one.id}/confirm`, {check: one.check}))}>${t('pair_yes')}</button><button type="button" onClick=${() => answer(() => rest('DELETE', `/api/pairing/${one.id}`))}>${t('pair_no')}</button></div>`)}</div>
    <${Unread} reading=${reading} />
    <ul class="plain rows" aria-label=${t('devices_list')}>${devices.map(one => html`<li key=${one.id}><div><strong>${one.name}</strong><p class="muted">${t('device_used', moment(one.pairedAt), one.lastUsedAt ? moment(one.lastUsedAt) : t('never'))}</p></div><button type="button" disabled=${!fresh.value} aria-label=${t('device_out_label', one.name)} onClick=${() => answer(() => rest('DELETE', `/api/devices/${one.id}`))}>${t('device_out')}</button></li>`)}</ul>
    <div><button type="button" class="pair-open" disabled=${!fresh.value} onClick=${begin}>${t('pair_open')}</button></div></section>`;
}
