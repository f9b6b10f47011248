// What it is: condition, place, pick-up, and what it costs out the door, line by line; lots that are called alike.
import {html, useState} from '../../lib/html.js';
import {allInText, hammerText, joined, left, moment, t} from '../../lib/words.js';
import {Unread, useReading} from '../../state/reading.js';

export function Facts({auction}) {
  const {data} = auction, facts = [
    ['condition', data?.notes || t('not_said')], ['place', data?.location?.name || t('not_said')], ['pick_up', t('pick_up_text')],
    ['retail_price', data?.retailPrice ? allInText(data.retailPrice) : t('not_said')], ['inventory', data?.inventoryNumber || t('not_said')],
    ['closes', data?.closeTime ? joined(moment(Date.parse(data.closeTime)), data.extended ? t('was_extended') : '') : t('not_said')],
    ['bid_count', data ? t('bids_by', data.bidCount, data.bidderCount) : t('not_said')],
  ];
  return html`<section class="card stack"><h3>${t('facts')}</h3>
    <dl class="facts">${facts.map(([name, text]) => html`<div key=${name}><dt>${t(`fact_${name}`)}</dt><dd>${text}</dd></div>`)}</dl>
    <${Fees} auction=${auction} />
    <p><a href=${auction.url} target="_blank" rel="noopener noreferrer">${t('open_lot')}</a></p>
    <${Similar} id=${auction.id} /></section>`;
}

function Fees({auction}) {
  const {data, allIn, caps, rates} = auction, rows = [['fee_now', data?.currentBid, allIn.current], ['fee_next', data?.nextBid, allIn.next], ['fee_cap', caps.hammer, caps.allIn]].filter(([, hammer]) => hammer !== undefined);
  return html`<table class="fees"><caption>${t('fees', rates.premium, rates.tax)}</caption>
    <thead><tr><td></td><th scope="col" class="number">${t('hammer')}</th><th scope="col" class="number">${t('fees_short')}</th><th scope="col" class="number">${t('all_in')}</th></tr></thead>
    <tbody>${rows.map(([name, hammer, total]) => html`<tr key=${name}><th scope="row">${t(name)}</th><td class="number">${hammerText(hammer)}</td><td class="number">${allInText(total - hammer)}</td><td class="number">${allInText(total)}</td></tr>`)}</tbody></table>`;
}

function Similar({id}) {
  const [open, show] = useState(false), reading = useReading(open ? `/api/auctions/${id}/similar` : null);
  return html`<details onToggle=${event => show(event.target.open)}><summary>${t('similar')}</summary>${open && html`<${Unread} reading=${reading} />
    ${reading.data && (reading.data.lots.length ? html`<ul class="plain">${reading.data.lots.map(one => html`<li key=${one.id}><a href="#/lot/${one.id}">${one.title}</a> <span class="muted">${joined(one.location, one.retailPrice ? t('retail', allInText(one.retailPrice)) : '', t('closes_in', left(one.timeRemaining)))}</span></li>`)}</ul>` : html`<p class="muted">${t('no_similar')}</p>`)}`}</details>`;
}
