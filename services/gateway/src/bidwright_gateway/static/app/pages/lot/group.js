// The group: so many of these lots are wanted. The lot joins one, begins one, or leaves it.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export function Group({auction}) {
  const {group, id} = auction, reading = useReading('/api/groups', {on: group?.id ?? ''}), deed = useDeed(), [choice, choose] = useState('new'), [name, call] = useState(''), [wanted, want] = useState('1');
  const all = reading.data?.groups ?? [], joins = choice !== 'new' && all.some(one => one.id === choice);
  const member = (of, lots) => rest('PUT', `/api/groups/${of}/lots`, {lots});
  const leave = () => deed.run(() => member(group.id, (all.find(one => one.id === group.id)?.lots ?? []).filter(one => one !== id)));
  const join = event => {
    event.preventDefault();
    if (!joins && !name.trim()) { deed.refuse(new Error(t('group_no_name'))); return; }
    if (!joins && !(Number.isInteger(Number(wanted)) && Number(wanted) >= 1 && Number(wanted) <= 99)) { deed.refuse(new Error(t('group_no_number'))); return; }
    deed.run(() => joins ? member(choice, [...all.find(one => one.id === choice).lots, id]) : rest('POST', '/api/groups', {name: name.trim(), wanted: Number(wanted), lots: [id]}));
  };
  return html`<section class="card stack"><h3>${t('group')}</h3>
    ${group ? html`<p>${t('group_is', group.name, group.wanted, group.won, group.leading)}</p><div><button type="button" disabled=${deed.busy || !fresh.value || !reading.data} onClick=${leave}>${t('group_leave')}</button></div>`
    : html`<p class="muted">${t('group_about')}</p><form class="stack" noValidate onSubmit=${join}>
      <label>${t('group')} <select value=${choice} onChange=${event => choose(event.target.value)}><option value="new">${t('group_new')}</option>${all.map(one => html`<option key=${one.id} value=${one.id}>${t('group_choice', one.name, one.wanted)}</option>`)}</select></label>
      ${!joins && html`<div class="line"><label class="grow">${t('group_name')} <input value=${name} maxlength="60" autocomplete="off" onInput=${event => call(event.target.value)} /></label><label>${t('group_wanted')} <input class="short" inputmode="numeric" value=${wanted} onInput=${event => want(event.target.value)} /></label></div>`}
      <div><button type="submit" disabled=${deed.busy || !fresh.value}>${t('group_join')}</button></div></form>`}
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></section>`;
}
