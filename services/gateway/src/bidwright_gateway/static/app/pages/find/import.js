// What the account on the site bids on or has marked, taken over. First it is shown what would be, then it is done; nothing is armed.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {hammerText, joined, left, many, t} from '../../lib/words.js';
import {useDeed} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export function Import() {
  const deed = useDeed(), [seen, show] = useState(null);
  const ask = dryRun => deed.run(async () => show(await rest('POST', '/api/import', {dryRun})));
  return html`<section class="card stack" id="import"><h2>${t('import')}</h2><p class="muted">${t('import_about')}</p>
    <div class="line"><button type="button" disabled=${deed.busy || !fresh.value} onClick=${() => ask(true)}>${t('import_look')}</button>
      ${seen?.dryRun && seen.added.length > 0 && html`<button type="button" class="primary" disabled=${deed.busy || !fresh.value} onClick=${() => ask(false)}>${many('import_do', seen.added.length)}</button>`}</div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p>
    ${seen && html`<p role="status">${seen.dryRun ? t('import_found', seen.found, seen.added.length, seen.already.length) : many('import_done', seen.added.length)}</p>
      <ul class="plain rows">${seen.lots.map(lot => html`<li key=${lot.id}><a href="#/lot/${lot.id}">${lot.title}</a> <span class="muted">${joined(hammerText(lot.currentBid), lot.isWinning ? t('state_winning') : '', t('closes_in', left(lot.timeRemaining)), seen.already.includes(lot.id) ? t('is_watched') : '', seen.skipped.find(one => one.id === lot.id)?.why)}</span></li>`)}</ul>`}</section>`;
}
