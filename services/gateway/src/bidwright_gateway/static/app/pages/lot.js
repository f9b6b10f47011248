// One lot: how it stands, what will happen, what its owner wants, its story.
import {html} from '../lib/html.js';
import {allInText, joined, t} from '../lib/words.js';
import {Countdown} from '../parts/countdown.js';
import {Bar, capText, Photo, Price, Say, Source, standingOf, State} from '../parts/standing.js';
import {listed, lots, roster} from '../state/store.js';
import {Facts} from './lot/facts.js';
import {Group} from './lot/group.js';
import {Note} from './lot/note.js';
import {Story} from './lot/story.js';
import {Unwatched} from './lot/unwatched.js';
import {Wish} from './lot/wish.js';

export function Lot({id}) {
  roster.value;
  const known = lots.get(id);
  if (known) return html`<${Known} entry=${known.value} />`;
  return listed.value ? html`<${Unwatched} id=${id} />` : html`<p class="empty" role="status">${t('reading_lots')}</p>`;
}

function Known({entry}) {
  const {auction} = entry, over = auction.status === 'ended' || auction.standing, stands = standingOf(entry);
  return html`<article class="lot-page" id="lot-${auction.id}" data-state=${stands.state} data-stale=${stands.age ? '1' : '0'}>
    <p><a href="#/lots">← ${t('back_to_lots')}</a></p>
    <section class="card lot-head">
      <${Photo} url=${auction.imageUrl} large />
      <div class="stack"><h2 tabindex="-1">${auction.title}</h2>
        <p class="meta">${joined(t('lot_number', auction.id), auction.data?.location?.name, auction.data?.retailPrice ? t('retail', allInText(auction.data.retailPrice)) : '', auction.mode === 'live' ? '' : t('dry_run').toLowerCase())}</p>
        <div class="stateline"><${State} ...${stands} /><${Countdown} entry=${entry} /><${Source} entry=${entry} /></div>
        <${Price} auction=${auction} /><p class="capword">${capText(auction)}</p><${Bar} auction=${auction} />
        <${Say} auction=${auction} />
      </div>
    </section>
    <div class="lot-columns">
      <div class="stack">${!over && html`<${Wish} auction=${auction} />`}<${Story} entry=${entry} /></div>
      <div class="stack"><${Facts} auction=${auction} />${!over && html`<${Group} auction=${auction} />`}<${Note} id=${auction.id} /></div>
    </div>
  </article>`;
}
