// What an experiment came to, variant by variant, with the interval that has the truth 95 times of 100.
import {html, useState} from '../../lib/html.js';
import {allInText, t} from '../../lib/words.js';
import {Unread, useReading} from '../../state/reading.js';

const within = interval => interval ? t('interval', allInText(interval[0]), allInText(interval[1])) : t('interval_none');

export function Outcomes({name, variants}) {
  const [open, show] = useState(false), reading = useReading(open ? `/api/toggles/${name}/outcomes` : null), {data} = reading;
  return html`<details onToggle=${event => show(event.target.open)}><summary>${t('outcomes', variants.map(one => one.name).join(', '))}</summary>${open && html`<${Unread} reading=${reading} />
    ${data && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('outcomes_of', name)}><table><thead><tr><th scope="col">${t('variant')}</th><th scope="col" class="number">${t('variant_lots')}</th><th scope="col" class="number">${t('figure_won')}</th><th scope="col" class="number">${t('surplus')}</th><th scope="col">${t('surplus_lot')}</th><th scope="col">${t('against_first')}</th></tr></thead>
      <tbody>${data.outcomes.map(one => html`<tr key=${one.variant}><th scope="row">${one.variant}</th><td class="number">${one.lots}</td><td class="number">${one.won}</td><td class="number">${one.surplus}</td><td>${allInText(one.surplusPerLot)} ${within(one.interval)}</td><td>${one.againstFirst ? `${allInText(one.againstFirst.surplusPerLot)} ${within(one.againstFirst.interval)}` : ''}</td></tr>`)}</tbody></table></div>
      ${data.mixed > 0 && html`<p class="muted">${t('outcomes_mixed', data.mixed)}</p>`}`}`}</details>`;
}
