// What was found: each lot with what it would cost, and one press to watch it. Nothing is armed.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {allInText, hammerText, joined, left, many, t} from '../../lib/words.js';
import {Photo} from '../../parts/standing.js';
import {toast} from '../../state/news.js';
import {watch} from '../../state/orders.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {fresh, lots, roster} from '../../state/store.js';

export function Results({asked}) {
  const [page, turn] = useState(1), reading = useReading(pathOf(asked, page)), {data} = reading;
  const found = data?.deals ?? data?.lots ?? [], paging = data?.pagination;
  return html`<section class="stack" aria-label=${t('found')} aria-busy=${String(!data && !reading.error)}><${Unread} reading=${reading} />
    ${data && html`<p role="status">${summary(data, found)}</p>`}
    ${data && !found.length && html`<div class="empty"><h2>${t('found_none')}</h2><p>${t(asked.how === 'deals' ? 'found_none_deals' : 'found_none_index')}</p></div>`}
    <ul class="plain found">${found.map(lot => html`<${Found} key=${lot.id} lot=${lot} />`)}</ul>
    ${paging && paging.totalPages > 1 && html`<nav class="line" aria-label=${t('pages')}><button type="button" disabled=${page === 1} onClick=${() => turn(page - 1)}>${t('page_before')}</button><span class="muted">${t('page_of', page, paging.totalPages)}</span><button type="button" disabled=${!paging.hasMore} onClick=${() => turn(page + 1)}>${t('page_next')}</button></nav>`}
  </section>`;
}

function pathOf({how, q, location, ratio, most}, page) {
  const shared = `q=${encodeURIComponent(q)}&location=${encodeURIComponent(location)}&page=${page}&limit=20`;
  return how === 'deals' ? `/api/hot-deals?${shared}&maxRatio=${Number(ratio) / 100}&maxPrice=${encodeURIComponent(most)}` : `/api/search?${shared}`;
}

const summary = (data, found) => data.deals ? t('found_deals', data.pagination.totalItems, data.priced, data.totalSearchResults) : many('found', data.pagination.totalItems, found.length);

function Found({lot}) {
  roster.value;
  const known = lots.has(lot.id), deed = useDeed();
  const press = () => deed.run(async () => {
    const {settings} = await rest('GET', '/api/settings'), cap = settings.general.defaultMaxBid;
    await watch(lot.id, {maxBid: cap, strategy: settings.general.defaultStrategy, autoBid: false});
    toast(t('watched_with', lot.title, hammerText(cap)), {key: 'action'});
  });
  return html`<li class="card find-row"><${Photo} url=${lot.imageUrl} />
    <div><a class="title" href="#/lot/${lot.id}">${lot.title}</a><p class="meta">${joined(t('lot_number', lot.id), lot.location, lot.retailPrice ? t('retail', allInText(lot.retailPrice)) : '', t('closes_in', left(lot.timeRemaining)), lot.bidCount === undefined ? '' : t(lot.bidCount === 1 ? 'bids_one' : 'bids_many', lot.bidCount))}</p>
      <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></div>
    <div class="find-price">${lot.allIn !== undefined && html`<p class="price"><span class="hammer">${hammerText(lot.currentPrice)} →</span> <span class="all-in">${allInText(lot.allIn)} <small>${t('all_in')}</small></span></p><p class="good">${t('below_retail', lot.discountPercentage)}</p>`}</div>
    ${known ? html`<a class="button" href="#/lot/${lot.id}">${t('is_watched')}</a>` : html`<button type="button" disabled=${deed.busy || !fresh.value} aria-label=${t('watch_it', lot.title)} onClick=${press}>${t('watch')}</button>`}</li>`;
}
