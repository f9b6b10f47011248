// What happened: our bids with their receipts, and the price over time.
/** @import {Here, Part} from '../features/panel.js' */
import {chart} from '../../lib/chart.js';
import {el} from '../../lib/dom.js';
import {receipts} from '../../lib/receipts.js';
import {t} from '../../lib/words.js';
import {run} from '../courier.js';
import {foldable} from './fold.js';

/** @param {Here} here @returns {Part} */
export function past({id, signal}) {
  /** @type {import('../features/panel.js').View | null} */
  let view = null;
  const bids = foldable({title: t('receipts'), signal, load: async box => box.replaceChildren(...receipts(await run({do: 'receipts', id})))});
  const prices = foldable({
    title: t('price_history'), signal, load: async box => {
      const [{history}, told] = await Promise.all([run({do: 'history', id}), run({do: 'receipts', id})]);
      const auction = view?.entry?.auction, ours = told.receipts.map((/** @type {any} */ one) => ({at: one.sentAt, amount: one.amount}));
      box.replaceChildren(...chart(history, auction?.caps.hammer ?? 0, ours, Date.parse(auction?.data?.closeTime ?? ''), Date.now()));
    },
  });
  return {
    node: el('div', {className: 'folds'}, bids.node, prices.node),
    draw(now) {
      view = now;
      const auction = now.entry?.auction, shown = Boolean(auction) && now.seen.link.state === 'on';
      const sign = auction ? [auction.status, auction.outcome, auction.ownHigh, auction.inDoubt, auction.data?.isWinning, auction.data?.currentBid, auction.forecast?.kind].join() : '';
      bids.draw({shown, sign});
      prices.draw({shown, sign});
    },
  };
}
