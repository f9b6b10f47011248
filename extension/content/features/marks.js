// Lots that are watched are marked on lists and search pages. The marks lie over the page and change nothing in it, so nothing jumps.
import {add, every, observe} from '../../lib/kit.js';
import {el, shape} from '../../lib/dom.js';
import {lotIdOf, stateOf} from '../../lib/lots.js';
import * as store from '../../lib/store.js';
import {dress} from '../../lib/theme.js';
import {t} from '../../lib/words.js';
import {lotLinks} from '../reading.js';
import {place} from '../shadow.js';

add('marks', {
  on: () => true,
  async init(signal, page) {
    const {host, root} = await place('bidwright-marks', signal), layer = el('div', {className: 'marks'});
    root.append(layer);
    /** @type {import('../../lib/types.js').Snapshot | null} */
    let seen = null;
    /** @type {Map<string, HTMLElement>} */
    const marks = new Map();
    function draw() {
      const links = seen ? lotLinks(lotIdOf) : new Map(), now = Date.now();
      for (const [id, mark] of marks) if (!links.has(id) || !seen?.lots.some(entry => entry.auction.id === id)) { mark.remove(); marks.delete(id); }
      for (const entry of seen?.lots ?? []) {
        const {id} = entry.auction, link = links.get(id);
        if (!link || id === page.lotId) continue;
        const state = stateOf(entry, now), text = t(`state_${state}`);
        let mark = marks.get(id);
        if (!mark) { mark = el('span', {className: 'mark'}); marks.set(id, mark); layer.append(mark); }
        if (mark.dataset.state !== state) { mark.dataset.state = state; mark.replaceChildren(el('span', {className: 'state'}, shape(state), text)); mark.title = t('watched_by', entry.auction.title, text); }
        const {left, top} = link.getBoundingClientRect();
        mark.style.translate = `${Math.round(left + scrollX) + 8}px ${Math.round(top + scrollY) + 8}px`;
      }
      if (marks.size && !host.isConnected && !signal.aborted) document.documentElement.append(host);
      if (!marks.size) host.remove();
    }
    await store.watch(now => { seen = now; draw(); }, signal);
    chrome.storage.session.get('view').then(({view}) => dress(host, /** @type {any} */ (view)?.theme));
    observe(document.body, draw, signal, 120);
    addEventListener('resize', draw, {signal});
    every(draw, 1000, signal);
  },
});

/* Tried on: simulator / and /search (tiles replaced every ten seconds), and beside the account's lots. */
