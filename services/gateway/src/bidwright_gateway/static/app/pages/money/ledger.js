// Spent and saved, wins and losses, as a table and as a file for a spreadsheet. Paper and real money are never added up.
import {html, useState} from '../../lib/html.js';
import {save} from '../../lib/rest.js';
import {allInText, hammerText, moment, t} from '../../lib/words.js';
import {Unread, useDeed, useReading} from '../../state/reading.js';
import {live} from '../../state/store.js';

const PAGE = 20;

export function Ledger() {
  const [asked, ask] = useState({mode: live.value ? 'live' : 'dry', from: '', to: '', outcome: ''}), [many, more] = useState(PAGE), deed = useDeed();
  const query = Object.entries(asked).filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const reading = useReading(`/api/ledger?${query}`, {every: 30_000}), {data} = reading;
  const rows = [...(data?.rows ?? [])].reverse(), won = rows.filter(row => row.outcome === 'won'), below = won.reduce((sum, row) => sum + Number(row.maxBid) - row.hammer, 0);
  const box = (name, kind) => ({type: kind, value: asked[name], onChange: event => { ask({...asked, [name]: event.target.value}); more(PAGE); }});
  const file = (path, name) => deed.run(() => save(path, name));
  return html`<section class="card stack" id="ledger"><h2>${t('ledger')}</h2>
    <div class="line"><label>${t('ledger_mode')} <select ...${box('mode')}><option value="live">${t('ledger_live')}</option><option value="dry">${t('ledger_paper')}</option></select></label>
      <label>${t('ledger_from')} <input ...${box('from', 'date')} /></label><label>${t('ledger_to')} <input ...${box('to', 'date')} /></label>
      <label>${t('ledger_outcome')} <select ...${box('outcome')}><option value="">${t('ledger_both')}</option><option value="won">${t('state_won')}</option><option value="lost">${t('state_lost')}</option></select></label>
      <button type="button" disabled=${deed.busy} onClick=${() => file(`/api/ledger?format=csv&${query}`, 'bidwright-ledger.csv')}>${t('ledger_csv')}</button>
      <button type="button" disabled=${deed.busy} onClick=${() => file(`/api/receipts/export?format=csv&mode=${asked.mode}`, 'bidwright-receipts.csv')}>${t('receipts_csv')}</button></div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p><${Unread} reading=${reading} />
    ${data && html`<dl class="figures">${[['spent', allInText(Number(data.totals.allIn))], ['fees', allInText(Number(data.totals.premium) + Number(data.totals.tax))], ['below', hammerText(below)], ['won', data.totals.won], ['lost', data.totals.lost]].map(([name, value]) => html`<div key=${name}><dt>${t(`figure_${name}`)}</dt><dd>${value}</dd></div>`)}</dl>`}
    ${data && !rows.length && html`<p>${t('ledger_none')}</p>`}
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('ledger')}><table><thead><tr><th scope="col">${t('ledger_lot')}</th><th scope="col">${t('ledger_end')}</th><th scope="col">${t('ledger_ended')}</th><th scope="col">${t('fact_pick_up')}</th><th scope="col" class="number">${t('hammer')}</th><th scope="col" class="number">${t('all_in_head')}</th><th scope="col" class="number">${t('your_limit')}</th></tr></thead>
      <tbody>${rows.slice(0, many).map(row => html`<tr key=${row.lot + row.endedAt}><td><a href="#/lot/${row.lot}">${row.title || row.lot}</a></td><td><span class="state" data-state=${row.outcome}>${t(`state_${row.outcome}`)}</span></td><td>${moment(row.endedAt)}</td><td>${[row.location, row.pickUpBy].filter(Boolean).join(', ')}</td><td class="number">${hammerText(row.hammer)}</td><td class="number">${row.allIn === null ? '–' : allInText(row.allIn)}</td><td class="number">${hammerText(Number(row.maxBid))}</td></tr>`)}</tbody></table></div>`}
    ${rows.length > many && html`<button type="button" onClick=${() => more(many + 100)}>${t('show_older')}</button>`}</section>`;
}
