// The group: so many of these lots are wanted. The lot joins one, begins one, or leaves it.
/** @import {Here, Part} from '../features/panel.js' */
import {newKey} from '../../lib/api.js';
import {el, put} from '../../lib/dom.js';
import {t} from '../../lib/words.js';
import {run} from '../courier.js';
import {foldable} from './fold.js';

/** @param {Here} here @returns {Part} */
export function group({id, signal}) {
  /** @type {import('../features/panel.js').View | null} */
  let view = null;
  let changes = 0;
  const fold = foldable({title: t('group'), signal, load: draw});

  /** @param {HTMLElement} box */
  async function draw(box) {
    /** @type {{groups: {id: string, name: string, wanted: number, lots: (string | {id: string})[]}[]}} */
    const {groups} = await run({do: 'groups'});
    const mine = view?.entry?.auction.group ?? null, told = el('p', {className: 'wrong', role: 'alert'});
    const act = (/** @type {() => Promise<any>} */ work) => async () => { put(told, ''); await work().then(() => { changes += 1; if (view) show(view); }, error => put(told, error.message)); };
    const lotsOf = (/** @type {{lots: (string | {id: string})[]}} */ one) => one.lots.map(lot => typeof lot === 'string' ? lot : lot.id);
    if (mine) {
      const whole = groups.find(one => one.id === mine.id), others = whole ? lotsOf(whole).filter(lot => lot !== id) : [];
      box.replaceChildren(el('p', {}, t('group_is', mine.name, mine.wanted, mine.won, mine.leading)),
        el('div', {className: 'row'}, el('button', {type: 'button', onclick: act(() => run({do: 'groupLots', group: mine.id, lots: others, key: newKey()}))}, t('group_leave'))), told);
      return;
    }
    const choice = el('select', {id: 'bw-group'}, ...groups.map(one => el('option', {value: one.id}, t('group_choice', one.name, one.wanted))), el('option', {value: ''}, t('group_new')));
    const name = el('input', {id: 'bw-group-name', maxLength: 60, autocomplete: 'off'}), wanted = el('input', {id: 'bw-group-wanted', inputMode: 'numeric', value: '1', autocomplete: 'off'});
    const fresh = el('div', {className: 'pair'}, el('div', {className: 'field'}, el('label', {htmlFor: name.id}, t('group_name')), name), el('div', {className: 'field'}, el('label', {htmlFor: wanted.id}, t('group_wanted')), wanted));
    const look = () => { fresh.hidden = choice.value !== ''; };
    choice.addEventListener('change', look);
    look();
    box.replaceChildren(el('p', {className: 'muted'}, t('group_about')), el('div', {className: 'field'}, el('label', {htmlFor: choice.id}, t('group')), choice), fresh,
      el('div', {className: 'row'}, el('button', {type: 'button', onclick: act(async () => {
        const found = groups.find(one => one.id === choice.value);
        if (found) return run({do: 'groupLots', group: found.id, lots: [...lotsOf(found), id], key: newKey()});
        if (!name.value.trim()) throw new Error(t('group_no_name'));
        if (!/^[1-9]\d?$/.test(wanted.value.trim())) throw new Error(t('group_no_number'));
        return run({do: 'groupNew', name: name.value.trim(), wanted: Number(wanted.value), lots: [id], key: newKey()});
      })}, t('group_join'))), told);
  }

  /** @param {import('../features/panel.js').View} now */
  function show(now) {
    view = now;
    const auction = now.entry?.auction, mine = auction?.group;
    fold.draw({shown: Boolean(auction) && auction?.status !== 'ended' && now.seen.link.state === 'on', sign: JSON.stringify([mine ?? '', changes]), count: mine ? t('group_count', mine.name, mine.wanted) : t('none')});
  }
  return {node: el('div', {className: 'folds'}, fold.node), draw: show};
}
