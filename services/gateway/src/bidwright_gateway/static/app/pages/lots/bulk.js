// What can be done with several lots at once. One after the other; what the gateway refuses is listed by lot, and the rest goes on.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {allInText, many, t} from '../../lib/words.js';
import {arranged} from '../../state/arrangement.js';
import {ask} from '../../state/ask.js';
import {change} from '../../state/orders.js';
import {fresh, live, lots, realMoney} from '../../state/store.js';
import {choose, chosen, leave} from './choice.js';

export function Bulk() {
  const [busy, occupy] = useState(''), [failed, fail] = useState([]), [cap, type] = useState('');
  const picked = [...chosen.value].map(id => lots.get(id)?.peek().auction).filter(Boolean);
  const all = arranged.value.items.filter(item => item.kind === 'lot' && ['needs', 'next', 'later', 'all'].includes(item.section)).map(item => item.id);

  async function each(word, work, sure = true) {
    if (sure !== true && !await ask(sure)) return;
    const wrong = [];
    fail([]);
    for (const [n, auction] of picked.entries()) {
      occupy(t('bulk_busy', word, n + 1, picked.length));
      try { await work(auction); } catch (error) { wrong.push({auction, why: error.message}); }
    }
    occupy('');
    fail(wrong);
    choose(wrong.map(one => one.auction.id)); // what is left to be looked at
  }

  const sum = allInText(picked.reduce((total, auction) => total + auction.caps.allIn, 0));
  const armAll = () => each(t('arm'), auction => change(auction, {autoBid: true}), {title: many('bulk_arm_title', picked.length), text: t(realMoney.value ? 'bulk_arm_live' : live.value ? 'bulk_arm_other' : 'bulk_arm_dry', sum), yes: t(realMoney.value ? 'arm_live' : 'arm')});
  const pauseAll = () => each(t('pause'), auction => change(auction, {autoBid: false}));
  const capAll = event => { event.preventDefault(); if (cap.trim()) each(t('set_cap'), auction => change(auction, {maxAllIn: cap.trim()}), {title: many('bulk_cap_title', picked.length, cap.trim()), text: t('bulk_cap_text'), yes: t('set_cap')}); };
  const dropAll = () => each(t('stop_watching'), auction => rest('POST', `/api/auctions/${auction.id}/stop`), {title: many('bulk_drop_title', picked.length), text: t('bulk_drop_text'), yes: t('stop_watching')});
  const none = picked.length === 0 || busy !== '' || !fresh.value;

  return html`<section class="card bulk" aria-label=${t('bulk')}>
    <p role="status"><strong>${busy || many('chosen', picked.length)}</strong></p>
    <div class="line">
      <button type="button" disabled=${busy !== ''} onClick=${() => choose(all)}>${t('choose_all', all.length)}</button>
      <button type="button" disabled=${none} onClick=${armAll}>${t(realMoney.value ? 'arm_live' : 'arm')}</button>
      <button type="button" disabled=${none} onClick=${pauseAll}>${t('pause')}</button>
      <form class="line" onSubmit=${capAll}><label>${t('max_all_in')} <input class="short" inputmode="decimal" autocomplete="off" value=${cap} onInput=${event => type(event.target.value)} /></label><button type="submit" disabled=${none || !cap.trim()}>${t('set_cap')}</button></form>
      <button type="button" disabled=${none} onClick=${dropAll}>${t('stop_watching')}</button>
      <button type="button" onClick=${leave}>${t('done')}</button>
    </div>
    <ul class="wrong plain" role="alert">${failed.map(({auction, why}) => html`<li key=${auction.id}>${auction.title}: ${why}</li>`)}</ul>
  </section>`;
}
