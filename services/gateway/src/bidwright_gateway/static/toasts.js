// Short notices in a corner: the newest two, gone by themselves; what they said stays in a list at the end of the page.
import {$, el, put} from './dom.js';
import {clockTime} from './words.js';

const MOST = 2, LASTS_MS = 6000, KEPT = 50;

// *key*: a newer notice of the same key takes the older one's place. *bad*: what a person asked for went wrong; it waits to be closed.
export function toast(text, {key = '', bad = false} = {}) {
  clearToast(key);
  const box = $('toasts'), close = el('button', {type: 'button', onclick: () => node.remove()}, 'Close');
  const node = el('div', {className: 'toast', data: {key, kind: bad ? 'bad' : 'calm'}}, el('p', {}, text), ...(bad ? [close] : []));
  box.append(node);
  while (box.children.length > MOST) (box.querySelector('[data-kind="calm"]') ?? box.firstElementChild).remove();
  if (!bad) setTimeout(() => node.remove(), LASTS_MS);
}

export function clearToast(key) {
  if (key) for (const node of [...$('toasts').children]) if (node.dataset.key === key) node.remove();
}

// A line in the list of what happened lately; the list is closed until somebody opens it, so nothing moves.
export function remember(text) {
  const list = $('lately').querySelector('ol'), now = Date.now();
  list.prepend(el('li', {}, el('time', {dateTime: new Date(now).toISOString()}, clockTime(now)), el('span', {}, text)));
  while (list.children.length > KEPT) list.lastElementChild.remove();
  $('lately').hidden = false;
  put($('lately').querySelector('.count'), list.children.length === KEPT ? `${KEPT} newest` : String(list.children.length));
}
