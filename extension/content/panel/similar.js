// Lots that are called alike, from the site's index: without prices, since that would cost a read of each.
/** @import {Here, Part} from '../features/panel.js' */
import {el} from '../../lib/dom.js';
import {lotIdOf} from '../../lib/lots.js';
import {moment, t} from '../../lib/words.js';
import {run} from '../courier.js';
import {foldable} from './fold.js';

/** @param {Here} here @returns {Part} */
export function similar({id, signal}) {
  const fold = foldable({
    title: t('similar'), signal, load: async box => {
      const {lots} = await run({do: 'similar', id});
      box.replaceChildren(...(lots.length ? [el('ul', {className: 'stack tight'}, ...lots.map(row))] : [el('p', {className: 'muted'}, t('no_similar'))]));
    },
  });
  return {node: el('div', {className: 'folds'}, fold.node), draw: ({seen, entry}) => fold.draw({shown: seen.link.state === 'on' && entry?.auction.status !== 'ended', sign: id})};
}

/** @param {any} lot */
function row(lot) {
  const path = lotIdOf(lot.auctionUrl ?? lot.url ?? '') ? new URL(lot.auctionUrl ?? lot.url).pathname : `/p/lot/${lot.id}`;
  const about = [lot.location, lot.closeTime ? t('closes_at', moment(Date.parse(lot.closeTime))) : ''].filter(Boolean).join(' · ');
  return el('li', {}, el('a', {href: path}, lot.title), el('p', {className: 'muted'}, about));
}
