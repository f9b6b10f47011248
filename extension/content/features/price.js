// The all-in price beside the site's own price. Where the page shows none, the panel says that the page no longer fits.
import {add, observe} from '../../lib/kit.js';
import {el, put} from '../../lib/dom.js';
import {allIn} from '../../lib/money.js';
import * as store from '../../lib/store.js';
import {dress} from '../../lib/theme.js';
import {allInText, t} from '../../lib/words.js';
import {fit, ratesOf} from '../page-facts.js';
import {priceOn} from '../reading.js';
import {place} from '../shadow.js';

const SETTLE_MS = 600, MISFIT_MS = 4000;

add('price', {
  on: page => page.lotId !== '',
  async init(signal, page) {
    await new Promise(resolve => setTimeout(resolve, SETTLE_MS)); // a page that is still being brought to life would throw out what is not its own
    if (signal.aborted) return;
    const {host, root} = await place('bidwright-price', signal), text = el('span', {className: 'beside'}), began = Date.now();
    root.append(text);
    /** @type {import('../../lib/types.js').Entry | null} */
    let entry = null;
    const draw = () => {
      const found = priceOn(), rates = entry?.auction.rates ?? ratesOf(page.lotId);
      if (!found) { host.remove(); if (Date.now() - began > MISFIT_MS) fit(page.lotId, false); return; }
      fit(page.lotId, true, found.cents);
      const amount = rates && allIn(found.cents, rates);
      if (!amount && amount !== 0) { host.remove(); return; }
      put(text, found.cents ? t('beside', allInText(amount / 100)) : '');
      if (host.parentElement !== found.node) found.node.append(host);
    };
    chrome.storage.session.get('view').then(({view}) => dress(host, /** @type {any} */ (view)?.theme));
    await store.watch(seen => { entry = seen.lots.find(one => one.auction.id === page.lotId) ?? null; draw(); }, signal);
    document.addEventListener('bidwright:facts', draw, {signal});
    observe(document.body, draw, signal);
    setTimeout(draw, MISFIT_MS + 200);
  },
});

/* Tried on: simulator /p/x/<lot>, open, closing and ended; the main part is replaced at every live event. */
