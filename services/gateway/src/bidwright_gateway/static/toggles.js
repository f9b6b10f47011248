// The switches: what each says and why, thrown with a word on why, and who threw them before. Read when the section is opened.
import {$, el, put} from './dom.js';
import {rest} from './link.js';
import {toast} from './toasts.js';
import {moment} from './words.js';

const box = $('toggles');
const of = one => one.forSomeLots ? `for some lots: ${one.live ?? one.environment}` : one.value;

function row(one) {
  const value = el('input', {value: one.live ?? '', placeholder: one.value, autocomplete: 'off'});
  const why = el('input', {placeholder: 'for the record', autocomplete: 'off'});
  const send = work => throwIt(work, () => why.value.trim());
  const set = text => send(said => rest('PUT', `/api/toggles/${one.name}`, {value: text, why: said, who: 'page'}));
  const flip = one.variants.length || one.locked ? [] : [el('button', {type: 'button', className: 'arm', 'aria-pressed': String(one.enabled), 'aria-label': `${one.name} is ${one.value}`, onclick: () => set(one.enabled ? 'off' : 'on')}, one.enabled ? 'On' : 'Off')];
  const notes = [one.changed && `${one.changed.who} ${moment(Date.parse(one.changed.at))}${one.changed.why ? `: ${one.changed.why}` : ''}`,
    one.review && `review ${one.review}${one.stale ? ', which is due' : ''}`, ...one.warnings].filter(Boolean);
  return el('li', {data: {name: one.name, stale: String(one.stale)}},
    el('p', {}, el('strong', {}, one.env), ' ', el('span', {}, `${of(one)} (${one.reason})`), el('br'), el('span', {className: 'muted'}, one.description)),
    ...(one.locked ? [] : [el('form', {className: 'line', onsubmit: event => { event.preventDefault(); if (value.value.trim()) set(value.value.trim()); }},
      ...flip, el('label', {className: 'grow'}, 'Value ', value), el('label', {className: 'grow'}, 'Why ', why),
      el('button', {type: 'submit'}, 'Set'),
      el('button', {type: 'button', disabled: one.live === null, onclick: () => send(said => rest('DELETE', `/api/toggles/${one.name}`, {why: said, who: 'page'}))}, 'Reset'))]),
    el('p', {className: 'muted'}, notes.join(' · ')));
}

async function throwIt(work, why) {
  try { await work(why()); await show(); } catch (error) { toast(error.message, {key: 'action', bad: true}); }
}

async function show() {
  try {
    const [{toggles}, {audit}] = await Promise.all([rest('GET', '/api/toggles'), rest('GET', '/api/toggles/audit?limit=30')]);
    box.querySelector('.switches').replaceChildren(...toggles.map(row));
    box.querySelector('.audit').replaceChildren(...audit.map(entry => el('li', {}, el('time', {}, moment(Date.parse(entry.at))),
      el('span', {}, `${entry.name}: ${entry.old ?? 'nothing'} → ${entry.new ?? 'nothing'} by ${entry.who}${entry.why ? ` (${entry.why})` : ''}`))));
    const due = toggles.filter(one => one.stale || one.warnings.length).length;
    put(box.querySelector('.count'), due ? `${due} to look at` : '');
  } catch (error) { toast(error.message, {key: 'action', bad: true}); }
}

box.addEventListener('toggle', () => { if (box.open) show(); });
