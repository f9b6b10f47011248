// A lot that nobody watches: what the site says of it, and the way to watch it.
import {html, useState} from '../../lib/html.js';
import {allInText, hammerText, joined, left, t} from '../../lib/words.js';
import {Unread, useReading} from '../../state/reading.js';
import {Add} from '../lots/add.js';

export function Unwatched({id}) {
  const reading = useReading(/^\d{1,18}$/.test(id) ? `/api/auctions/${id}` : null), [open, show] = useState(true), data = reading.data?.data;
  return html`<p><a href="#/lots">← ${t('back_to_lots')}</a></p>
    <section class="card stack"><h2 tabindex="-1">${data?.title ?? t('lot_number', id)}</h2><p>${t('lot_unknown')}. ${t('lot_unknown_why')}</p>
      <${Unread} reading=${reading} />
      ${data && html`<p class="muted">${joined(data.location?.name, data.notes, data.retailPrice ? t('retail', allInText(data.retailPrice)) : '', t('next_bid_is', hammerText(data.nextBid)), data.isClosed ? t('state_ended') : t('closes_in', left(data.timeRemaining)))}</p>`}</section>
    ${data && !data.isClosed && html`<${Add} open=${open} onToggle=${show} lot=${id} />`}`;
}
