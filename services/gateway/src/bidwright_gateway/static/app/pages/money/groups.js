// Groups: of these lots only so many are bought.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {ask} from '../../state/ask.js';
import {tell} from '../../state/news.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh, live, lots} from '../../state/store.js';

export function Groups() {
  const reading = useReading('/api/groups', {every: 15_000}), groups = reading.data?.groups ?? [];
  return html`<section class="card stack" id="groups"><h2>${t('groups')}</h2><p class="muted">${t('group_about')}</p><${Unread} reading=${reading} />
    ${reading.data && !groups.length && html`<p>${t('groups_none')}</p>`}
    <ul class="plain rows">${groups.map(group => html`<${One} key=${group.id} group=${group} reload=${reading.reload} />`)}</ul></section>`;
}

function One({group, reload}) {
  const deed = useDeed(), [wanted, want] = useState(null), tally = live.value ? group.live : group.dryRun;
  const save = async event => { event.preventDefault(); if (await deed.run(() => rest('PUT', `/api/groups/${group.id}`, {wanted: Number(wanted)}), t('saved'))) want(null); reload(); };
  const drop = async () => { if (await ask({title: t('group_drop', group.name), text: t('group_drop_text'), yes: t('remove')}) && await tell(() => rest('DELETE', `/api/groups/${group.id}`))) reload(); };
  return html`<li><div><strong>${group.name}</strong> <span class="muted">${t('group_tally', group.wanted, tally.won, tally.leading)}</span><p>${group.lots.map(id => html`<a key=${id} href="#/lot/${id}">${lots.get(id)?.value.auction.title ?? id}</a> `)}</p></div>
    <form class="line" onSubmit=${save}><label>${t('group_wanted')} <input class="short" inputmode="numeric" value=${wanted ?? group.wanted} onInput=${event => want(event.target.value)} /></label><button type="submit" aria-label=${t('save_of', group.name)} disabled=${deed.busy || !fresh.value || wanted === null}>${t('save_this')}</button><button type="button" disabled=${!fresh.value} aria-label=${t('group_drop', group.name)} onClick=${drop}>${t('remove')}</button><span class=${deed.wrong ? 'wrong' : 'muted'} role="status">${deed.wrong?.message ?? deed.done}</span></form></li>`;
}
