// How the lot stands: state and time, price and cap, and the sentence of what will happen.
/** @import {Here, Part} from '../features/panel.js' */
import {el, put} from '../../lib/dom.js';
import {allIn} from '../../lib/money.js';
import {standing} from '../../lib/standing.js';
import {allInText, hammerText, t} from '../../lib/words.js';
import {factsOf} from '../page-facts.js';

/** @param {Here} here @returns {Part} */
export function head({id}) {
  const stand = standing(), plain = el('p', {className: 'say'});
  stand.say.setAttribute('role', 'status'); // a change of what will happen is read out, once
  const price = el('span', {className: 'hammer'}), door = el('span', {className: 'all-in'});
  const watched = el('div', {className: 'stack tight'},
    el('div', {className: 'between'}, stand.state, stand.clock),
    el('div', {className: 'between end'}, el('span', {className: 'price-line'}, stand.hammer, ' ', stand.price), stand.cap),
    stand.bar, stand.say);
  const open = el('div', {className: 'stack tight', hidden: true}, el('span', {className: 'price-line'}, price, ' ', door), plain);
  const node = el('div', {className: 'head'}, watched, open);
  return {
    node,
    draw({seen, entry, now}) {
      watched.hidden = !entry;
      open.hidden = Boolean(entry) || seen.link.state === 'unpaired';
      if (entry) { stand.draw(entry, now, node); return; }
      node.dataset.state = 'watching';
      const {cents, rates} = factsOf(id), all = rates && cents ? allIn(cents, rates) : null;
      put(price, cents ? (all ? `${hammerText(cents / 100)} →` : hammerText(cents / 100)) : '');
      door.parentElement?.toggleAttribute('hidden', !cents);
      const text = all ? allInText(all / 100) : '';
      if (door.firstChild?.textContent !== text) door.replaceChildren(...(all ? [text, ' ', el('small', {}, t('all_in'))] : []));
      put(plain, t('not_watched'));
    },
    tick({entry, now}) { if (entry) stand.tick(entry, now, node); },
  };
}
