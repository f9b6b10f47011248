// Devices: open a window with a code, compare six digits, say yes or no; see who is paired, put one out. Read when the section is opened.
import {$, el, put} from './dom.js';
import {rest} from './link.js';
import {toast} from './toasts.js';
import {moment} from './words.js';

const LOOK_MS = 1000, box = $('devices'), code = box.querySelector('.pair-code'), list = box.querySelector('.plain'), waiting = box.querySelector('.pair-waiting');
let timer = 0, asked = '';

const tell = async work => { try { return await work(); } catch (error) { toast(error.message, {key: 'action', bad: true}); return null; } };

async function open() {
  const told = await tell(() => rest('POST', '/api/pairing'));
  if (!told) return;
  code.hidden = false;
  put(code.querySelector('strong'), `${told.code.slice(0, 4)}-${told.code.slice(4)}`);
  put(code.querySelector('span'), `Type it into the extension's options, with the address ${location.origin}. It is good once, until ${moment(told.expiresAt)}.${told.fingerprint ? ` The authority behind the certificate at home: ${told.fingerprint}` : ''}`);
  look();
}

async function look() {
  clearTimeout(timer);
  if (!box.open) return;
  const state = await rest('GET', '/api/pairing').catch(() => null);
  if (state) {
    if (!state.open) code.hidden = true;
    const sign = state.pending.map(one => one.id).join();
    if (sign !== asked) { asked = sign; waiting.replaceChildren(...state.pending.map(question)); await show(); }
  }
  if (!state || state.open || state.pending.length) timer = setTimeout(look, LOOK_MS);
}

const question = one => el('div', {className: 'alert'},
  el('p', {}, `${one.name} wants in. It must show the number `, el('strong', {}, `${one.check.slice(0, 3)} ${one.check.slice(3)}`), '.'),
  el('button', {type: 'button', className: 'primary', onclick: () => answer(() => rest('POST', `/api/pairing/${one.id}/confirm`, {check: one.check}))}, 'It does: let it in'),
  el('button', {type: 'button', onclick: () => answer(() => rest('DELETE', `/api/pairing/${one.id}`))}, 'No'));

async function answer(work) { await tell(work); asked = ''; await look(); await show(); }

async function show() {
  const told = await tell(() => rest('GET', '/api/devices'));
  if (!told) return;
  put(box.querySelector('.count'), told.devices.length ? `${told.devices.length} paired` : '');
  list.replaceChildren(...told.devices.map(one => el('li', {className: 'lane'},
    el('span', {className: 'lane-words'}, el('strong', {}, one.name), el('br'), el('span', {className: 'muted'}, `paired ${moment(one.pairedAt)}, ${one.lastUsedAt ? `last used ${moment(one.lastUsedAt)}` : 'never used'}`)),
    el('button', {type: 'button', 'aria-label': `Put ${one.name} out`, onclick: () => answer(() => rest('DELETE', `/api/devices/${one.id}`))}, 'Put it out'))));
}

box.querySelector('.pair-open').addEventListener('click', open);
box.addEventListener('toggle', () => { if (box.open) { show(); look(); } });
