// How you are told: quiet hours, what is told together, a second way, a word before the close; and where which notice goes.
import {html, useEffect, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';
import {Rules} from './rules.js';

const whole = text => /^\d+$/.test(text.trim()) ? Number(text.trim()) : text.trim();

export function Wishes() {
  const reading = useReading('/api/notifications/settings'), {data} = reading;
  return html`<section class="card stack" id="wishes"><h2>${t('how_told')}</h2><${Unread} reading=${reading} />
    ${data?.problems.map(one => html`<p key=${one} class="wrong">${one}</p>`)}${data?.quietUntil && html`<p>${t('quiet_now', moment(Date.parse(data.quietUntil)))}</p>`}
    <${Form} told=${data} reload=${reading.reload} />
    ${data && html`<${Rules} key=${JSON.stringify(data.settings.rules)} stored=${data.settings.rules} channels=${data.channels} reload=${reading.reload} />`}</section>`;
}

const EMPTY = {from: '', to: '', urgent: true, how: 'single', at: '08:00', minutes: '30', second: '', after: '10', ending: '0'};

// Nothing can be typed or saved before it is known what holds: a form that was never filled would save its blanks.
function Form({told, reload}) {
  const deed = useDeed(), [typed, set] = useState(EMPTY), [dirty, touch] = useState(false), held = !told || !fresh.value;
  useEffect(() => { if (told && !dirty) set(filled(told.settings)); }, [told]);
  const box = name => ({value: typed[name], 'aria-invalid': deed.wrong?.field && FIELDS[deed.wrong.field] === name ? 'true' : undefined, onInput: event => { touch(true); deed.clear(); set({...typed, [name]: event.target.value}); }});
  const channels = [...new Set([...(told?.channels ?? []), ...(typed.second ? [typed.second] : [])])];
  const save = async event => {
    event.preventDefault();
    const body = {
      quiet: typed.from || typed.to ? {from: typed.from, to: typed.to, urgentToo: !typed.urgent} : null,
      digest: typed.how === 'daily' ? {dailyAt: typed.at} : typed.how === 'often' ? {everyMinutes: whole(typed.minutes)} : null,
      escalation: typed.second ? {...(told.settings.escalation ?? {}), channels: typed.second.split(', '), afterMinutes: whole(typed.after)} : null,
      endingMinutes: whole(typed.ending),
    };
    if (await deed.run(() => rest('PUT', '/api/notifications/settings', body), t('saved_at_once'))) { touch(false); reload(); }
  };
  return html`<form id="notices-form" class="stack" noValidate onSubmit=${save}>
    <fieldset disabled=${held}><legend>${t('quiet')}</legend><div class="line"><label>${t('quiet_from')} <input type="time" class="short" ...${box('from')} /></label><label>${t('quiet_to')} <input type="time" class="short" ...${box('to')} /></label>
      <label class="check"><input type="checkbox" checked=${typed.urgent} onChange=${event => { touch(true); set({...typed, urgent: event.target.checked}); }} /> ${t('quiet_urgent')}</label></div></fieldset>
    <fieldset disabled=${held}><legend>${t('digest')}</legend><div class="line"><label>${t('digest_how')} <select ...${box('how')}><option value="single">${t('digest_single')}</option><option value="daily">${t('digest_daily')}</option><option value="often">${t('digest_often')}</option></select></label>
      ${typed.how === 'daily' && html`<label>${t('digest_at')} <input type="time" class="short" ...${box('at')} /></label>`}${typed.how === 'often' && html`<label>${t('digest_minutes')} <input class="short" inputmode="numeric" ...${box('minutes')} /></label>`}</div></fieldset>
    <fieldset disabled=${held}><legend>${t('second')}</legend><div class="line"><label>${t('second_to')} <select ...${box('second')}><option value="">${t('nobody')}</option>${channels.map(name => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>
      ${typed.second && html`<label>${t('second_after')} <input class="short" inputmode="numeric" ...${box('after')} /></label>`}</div></fieldset>
    <fieldset disabled=${held}><legend>${t('ending')}</legend><div class="line"><label>${t('ending_minutes')} <input class="short" inputmode="numeric" ...${box('ending')} /></label></div></fieldset>
    <div class="line"><button type="submit" class="primary" disabled=${held || deed.busy}>${t('save_this')}</button><span id="notices-saved" class="muted" role="status">${deed.done}</span></div>
    <p id="notices-wrong" class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></form>`;
}

const FIELDS = {'quiet.from': 'from', 'quiet.to': 'to', quiet: 'to', 'digest.dailyAt': 'at', 'digest.everyMinutes': 'minutes', 'escalation.afterMinutes': 'after', endingMinutes: 'ending'};

const filled = ({quiet, digest, escalation, endingMinutes}) => ({
  ...EMPTY, from: quiet?.from ?? '', to: quiet?.to ?? '', urgent: !quiet?.urgentToo, how: digest ? digest.dailyAt ? 'daily' : 'often' : 'single', at: digest?.dailyAt ?? EMPTY.at,
  minutes: String(digest?.everyMinutes ?? EMPTY.minutes), second: escalation?.channels.join(', ') ?? '', after: String(escalation?.afterMinutes ?? EMPTY.after), ending: String(endingMinutes),
});
