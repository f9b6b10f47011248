// The limits on money out the door: in total, by day, by week, by group; and what new days and weeks begin with.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {allInText, t} from '../../lib/words.js';
import {Unread, useDeed} from '../../state/reading.js';
import {fresh, live, lots, roster} from '../../state/store.js';

export function Budgets({reading}) {
  roster.value;
  const [all, show] = useState(false), told = reading.data?.budgets ?? [], usual = reading.data?.default, rows = all ? withGroups(told) : withGroups(told).filter(isOfNow);
  return html`<section class="card stack" id="budgets"><h2>${t('budgets')}</h2><p class="muted">${t('budgets_about')}</p><${Unread} reading=${reading} />
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('budgets')}><table><thead><tr><th scope="col">${t('budget_scope')}</th><th scope="col" class="number">${t('budget_used')}</th><th scope="col" class="number">${t('budget_free')}</th><th scope="col">${t('budget_limit')}</th></tr></thead>
      <tbody>${rows.map(row => html`<${Row} key=${row.scope} row=${row} reload=${reading.reload} />`)}</tbody></table></div>`}
    ${rows.length < told.length && html`<div><button type="button" class="link" onClick=${() => show(true)}>${t('budgets_all')}</button></div>`}
    ${usual && html`<div class="line">${['day', 'week'].map(period => html`<${Limit} key=${period} label=${t(`budget_new_${period}`)} limit=${usual[period]} path="/api/budgets/default/${period}" reload=${reading.reload} />`)}</div>`}</section>`;
}

// A group can be given a limit before any of its lots was bid on.
function withGroups(rows) {
  const there = new Set(rows.map(row => row.scope)), groups = new Set([...lots.values()].map(entry => entry.peek().auction.group?.id).filter(Boolean));
  return [...rows.toSorted((a, b) => ORDER.indexOf(a.scope.split(':')[0]) - ORDER.indexOf(b.scope.split(':')[0])), ...[...groups].map(id => `group:${id}`).filter(scope => !there.has(scope)).map(scope => ({scope, limit: null, live: 0, dryRun: 0, free: null, lots: []}))];
}

const ORDER = ['total', 'day', 'week', 'group'];
// Days that are over are of the past, unless one of their lots still counts.
const isOfNow = ({scope, lots: counted}) => !scope.startsWith('day:') || counted.length > 0 || scope.slice(4) >= new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

function Row({row, reload}) {
  const used = live.value ? row.live : row.dryRun, free = row.free && (live.value ? row.free.live : row.free.dryRun);
  return html`<tr><th scope="row">${scopeName(row.scope)}${row.limit !== null && html`<span class="meter"><span class="meter-fill" data-full=${used > row.limit ? '1' : '0'} style=${{width: `${Math.min(100, used / (row.limit || 1) * 100)}%`}}></span></span>`}</th>
    <td class="number">${allInText(used)}</td><td class="number">${free === null ? t('no_limit') : allInText(free)}</td>
    <td><${Limit} label=${t('limit_of', scopeName(row.scope))} hidden limit=${row.limit} path="/api/budgets/${encodeURIComponent(row.scope)}" reload=${reload} /></td></tr>`;
}

function scopeName(scope) {
  const [kind, which = ''] = scope.split(':');
  return kind === 'total' ? t('scope_total') : t(`scope_${kind}`, which);
}

// One limit with its box. An empty box means none.
function Limit({label, hidden = false, limit, path, reload}) {
  const deed = useDeed(), [typed, type] = useState(null), stored = limit === null ? '' : String(limit);
  const save = async event => {
    event.preventDefault();
    const text = (typed ?? '').trim();
    if (await deed.run(async () => { const told = await rest('PUT', path, {limit: text === '' ? null : text}); if (told.warning) throw new Error(told.warning); }, t('saved'))) type(null);
    reload();
  };
  return html`<form class="limit" onSubmit=${save}><label><span class=${hidden ? 'hide-visually' : ''}>${label}</span> <input class="short" inputmode="decimal" autocomplete="off" placeholder=${t('no_limit')} value=${typed ?? stored} aria-invalid=${deed.wrong ? 'true' : undefined} onInput=${event => { type(event.target.value); deed.clear(); }} /></label>
    <button type="submit" aria-label=${t('save_of', label)} disabled=${deed.busy || !fresh.value || typed === null || typed === stored}>${t('save_this')}</button><span class=${deed.wrong ? 'wrong' : 'muted'} role="status">${deed.wrong?.message ?? deed.done}</span></form>`;
}
