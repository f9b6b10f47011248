// One lot of the list: left what it is, right state and time above, money below, at the bottom the sentence and what can be done.
import {html, useState} from '../../lib/html.js';
import {allInText, joined, t} from '../../lib/words.js';
import {Countdown} from '../../parts/countdown.js';
import {Bar, capText, Photo, Price, Say, Source, standingOf, State} from '../../parts/standing.js';
import {arm} from '../../state/orders.js';
import {fresh, lots, realMoney} from '../../state/store.js';
import {chosen, choosing, toggle} from './choice.js';

export function Row({id}) {
  const known = lots.get(id);
  return known ? html`<${Lot} entry=${known.value} />` : null;
}

function Lot({entry}) {
  const {auction} = entry, {id} = auction, stands = standingOf(entry);
  return html`<article id="lot-${id}" class="lot" data-state=${stands.state} data-stale=${stands.age ? '1' : '0'} data-chosen=${chosen.value.has(id) ? '1' : '0'}>
    <div class="summary">
      ${choosing.value && html`<label class="choose"><input type="checkbox" aria-label=${t('choose_lot', auction.title)} checked=${chosen.value.has(id)} disabled=${auction.status === 'ended' || auction.standing} onChange=${() => toggle(id)} /></label>`}
      <${Photo} url=${auction.imageUrl} />
      <div class="what"><a class="title" href="#/lot/${id}"><span class="clamp">${auction.title}</span></a><p class="meta">${metaOf(auction)}</p><${Source} entry=${entry} /></div>
      <div class="right"><div class="stateline"><${State} ...${stands} /><${Countdown} entry=${entry} /></div><${Price} auction=${auction} /><p class="capword">${capText(auction)}</p><${Bar} auction=${auction} /></div>
      <div class="bottom"><${Say} auction=${auction} /><${Arm} auction=${auction} /><a class="button" href="#/lot/${id}" aria-label=${t('details_of', auction.title)}>${t('details')}</a></div>
    </div>
  </article>`;
}

// The button that arms and pauses.
export function Arm({auction, large = false}) {
  const [busy, occupy] = useState(false), on = auction.config.autoBid;
  if (auction.status === 'ended' || auction.standing) return null;
  const press = async () => { occupy(true); await arm(auction, !on); occupy(false); };
  const word = t(on ? 'pause' : large && realMoney.value ? 'arm_live' : 'arm');
  return html`<button type="button" class="arm" aria-pressed=${String(on)} disabled=${busy || !fresh.value} aria-label=${large ? undefined : t(on ? 'pause_lot' : 'arm_lot', auction.title)} onClick=${press}>${word}</button>`;
}

function metaOf({id, data, group, mode}) {
  return joined(t('lot_number', id), data?.location?.name, data?.notes, data?.retailPrice ? t('retail', allInText(data.retailPrice)) : '',
    data ? t(data.bidCount === 1 ? 'bids_one' : 'bids_many', data.bidCount) : '', group ? t('in_group', group.name) : '', mode === 'live' ? '' : t('dry_run').toLowerCase());
}
