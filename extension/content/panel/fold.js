// A part that opens: what is in it is read when it is opened, and again when the lot changed.
import {el, put} from '../../lib/dom.js';

/**
 * *load* fills the box when it is open and *sign* differs from the last time.
 * @param {{title: string, load: (box: HTMLElement) => Promise<void>, signal: AbortSignal}} options
 */
export function foldable({title, load, signal}) {
  const count = el('span', {className: 'count'}), box = el('div', {className: 'stack inner'}), node = el('details', {hidden: true}, el('summary', {}, title, count), box);
  let sign = '', loaded = '', busy = false;
  async function look() {
    if (!node.open || busy || signal.aborted || loaded === sign) return;
    busy = true;
    const now = sign;
    try { await load(box); loaded = now; } catch (error) { box.replaceChildren(el('p', {className: 'wrong'}, /** @type {Error} */ (error).message)); loaded = now; }
    busy = false;
    if (loaded !== sign) setTimeout(look, 1500);
  }
  node.addEventListener('toggle', look);
  return {
    node,
    /** @param {{shown: boolean, sign: string, count?: string}} state */
    draw(state) { node.hidden = !state.shown; sign = state.sign; put(count, state.count ?? ''); look(); },
  };
}
