// Money: what is at stake now, the limits, what was spent and what was won or lost, groups, rates.
import {html} from '../lib/html.js';
import {t} from '../lib/words.js';
import {useReading} from '../state/reading.js';
import {service} from '../state/store.js';
import {Budgets} from './money/budgets.js';
import {Exposure} from './money/exposure.js';
import {Groups} from './money/groups.js';
import {Ledger} from './money/ledger.js';
import {Rates} from './money/rates.js';

export function Money() {
  const now = service.value, budgets = useReading('/api/budgets', {on: `${now?.exposure} ${now?.mode}`});
  return html`<h2 tabindex="-1">${t('page_money')}</h2><${Exposure} budgets=${budgets} /><${Budgets} reading=${budgets} /><${Ledger} /><${Groups} /><${Rates} />`;
}
