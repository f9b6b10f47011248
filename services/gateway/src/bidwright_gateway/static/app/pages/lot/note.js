// The owner's own words about a lot.
import {html, useEffect, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

const LONGEST = 2000;

export function Note({id}) {
  const reading = useReading(`/api/auctions/${id}/note`), deed = useDeed(), [typed, type] = useState(null), note = reading.data?.note;
  useEffect(() => { if (deed.done) type(null); }, [reading.data]);
  const save = async event => { event.preventDefault(); if (await deed.run(() => rest('PUT', `/api/auctions/${id}/note`, {text: typed ?? ''}), t('saved'))) reading.reload(); };
  const text = typed ?? note?.text ?? '';
  return html`<section class="card stack"><h3>${t('note')}</h3><${Unread} reading=${reading} />
    ${reading.data && html`<form class="stack" onSubmit=${save}>
      <label>${t('note_box')} <textarea maxlength=${LONGEST} value=${text} onInput=${event => { type(event.target.value); deed.clear(); }}></textarea></label>
      <div class="line"><button type="submit" disabled=${deed.busy || !fresh.value || typed === null || typed === (note?.text ?? '')}>${t('note_save')}</button><span class="muted" role="status">${deed.done || (note?.at ? t('note_at', moment(note.at)) : '')}</span></div>
      <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></form>`}</section>`;
}
