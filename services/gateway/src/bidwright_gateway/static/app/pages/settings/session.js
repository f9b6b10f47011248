// The session at the site: how it stands, and a check now. Nothing is bid by it.
import {html} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {useDeed, useReading} from '../../state/reading.js';
import {fresh, service} from '../../state/store.js';

export function Session() {
  const state = service.value?.session ?? '', reading = useReading('/api/auth/status', {on: state}), deed = useDeed(), at = reading.data?.checkedAt;
  const check = () => deed.run(async () => { const told = await rest('POST', '/api/auth/validate', {}); await reading.reload(); if (!told.success) throw new Error(told.error); }, t('session_checked'));
  return html`<section class="card stack" id="session"><h2>${t('session')}</h2><p>${['ok', 'expired', 'missing', 'unreadable'].includes(state) ? t(`session_${state}`) : t('session_unchecked')} ${at && html`<span class="muted">${t('checked_at', moment(Date.parse(at)))}</span>`}</p>
    <div class="line"><button type="button" disabled=${deed.busy || !fresh.value} onClick=${check}>${t('session_check')}</button><span class="good" role="status">${deed.done}</span></div><p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></section>`;
}
