// From nothing to the first dry-run lot: what is still to be done, with one button for the next step. Gone once it is done, or put away.
import {html, useState} from '../lib/html.js';
import {t} from '../lib/words.js';
import {arranged} from '../state/arrangement.js';
import {live, lots, realMoney, service, site} from '../state/store.js';

const KEY = 'guideDone';

export function Guide({begin}) {
  const [away, put] = useState(localStorage.getItem(KEY) === '1'), now = service.value;
  const watching = arranged.value.total > 0, armed = [...lots.values()].some(entry => entry.peek().auction.config.autoBid || entry.peek().auction.ownHigh > 0);
  const steps = [
    {name: 'connect', done: true},
    {name: 'session', done: now?.session === 'ok', button: t('open_site'), href: site.value.address},
    {name: 'watch', done: watching, button: t('watch_first'), act: begin},
    {name: 'arm', done: armed},
    {name: 'notices', done: localStorage.getItem('guideNotices') === '1', button: t('guide_notices_button'), href: '#/settings'},
  ];
  if (watching && (away || steps.every(step => step.done))) return null;
  const next = steps.find(step => !step.done), shown = watching ? steps.filter(step => !step.done) : steps;
  const hide = () => { localStorage.setItem(KEY, '1'); put(true); };
  return html`<section id=${watching ? 'guide' : 'empty'} class="card guide" aria-labelledby="guide-title">
    <div class="line between"><h2 id="guide-title">${t(watching ? 'guide_title' : 'empty_title')}</h2>${watching && html`<button type="button" class="link" onClick=${hide}>${t('guide_hide')}</button>`}</div>
    ${!watching && html`<p>${t(realMoney.value ? 'guide_text_live' : live.value ? 'guide_text_other' : 'guide_text')}</p>`}
    <ol>${shown.map(step => html`<li key=${step.name} data-done=${step.done ? '1' : '0'} aria-current=${step === next ? 'step' : undefined}>
      <span class="mark" aria-hidden="true">${step.done ? '✓' : ''}</span><div><strong>${t(`guide_${step.name}`)}</strong>${step.done ? html`<span class="hide-visually"> ${t('done')}</span>` : ''}<p class="muted">${t(`guide_${step.name}_text`)}</p></div>
      ${!step.done && step.button && (step.act ? html`<button type="button" class=${step === next || step.name === 'watch' ? 'primary' : ''} onClick=${step.act}>${step.button}</button>` : html`<a class="button ${step === next ? 'primary' : ''}" href=${step.href} target=${step.href.startsWith('#') ? undefined : '_blank'} rel="noopener noreferrer">${step.button}</a>`)}</li>`)}</ol>
  </section>`;
}
