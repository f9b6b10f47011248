// The panel on a lot's page: a frame that stays whatever the page does, and in it one part per question, each in its own file.
import {add, every, observe} from '../../lib/kit.js';
import {el, put, shape} from '../../lib/dom.js';
import {bandText} from '../../lib/frame.js';
import {stateOf} from '../../lib/lots.js';
import * as store from '../../lib/store.js';
import {dress} from '../../lib/theme.js';
import {allInText, t} from '../../lib/words.js';
import {RELOAD, RELOAD_BUTTON, alive, send} from '../courier.js';
import {group} from '../panel/group.js';
import {head} from '../panel/head.js';
import {notes} from '../panel/notes.js';
import {past} from '../panel/past.js';
import {similar} from '../panel/similar.js';
import {wish} from '../panel/wish.js';
import {place} from '../shadow.js';

const TICK_MS = 250, NARROW = '(max-width: 680px)';

/**
 * What a part is given, and what it gives: its node, and how it draws the picture and the time.
 * @typedef {{id: string, signal: AbortSignal, root: ShadowRoot}} Here
 * @typedef {{seen: import('../../lib/types.js').Snapshot, entry: import('../../lib/types.js').Entry | null, now: number}} View
 * @typedef {{node: HTMLElement, draw: (view: View) => void, tick?: (view: View) => void}} Part
 */

add('panel', {
  on: page => page.lotId !== '',
  async init(signal, page) {
    const {host, root} = await place('bidwright-panel', signal), here = {id: page.lotId, signal, root};
    const parts = [head(here), notes(here), wish(here), past(here), similar(here), group(here)];
    const band = el('p', {className: 'band', hidden: true}), body = el('div', {className: 'body'}, ...parts.map(part => part.node));
    const brief = el('span', {className: 'brief'}), fold = el('button', {type: 'button', className: 'fold', onclick: () => setFolded(!folded)});
    const frame = el('section', {className: 'panel', ariaLabel: t('name')}, band,
      el('header', {}, el('h2', {}, t('name')), brief, fold), body);
    root.append(frame);
    let folded = matchMedia(NARROW).matches;
    /** @type {View | null} */
    let view = null;

    /** @param {boolean} now @param {boolean} [quiet] */
    function setFolded(now, quiet = false) {
      folded = now;
      body.hidden = folded;
      frame.dataset.folded = folded ? '1' : '0';
      put(fold, t(folded ? 'unfold' : 'fold'));
      fold.ariaExpanded = String(!folded);
      if (!quiet && !matchMedia(NARROW).matches) send({type: 'fold', folded}).catch(() => null);
    }
    /** @param {import('../../lib/types.js').Snapshot} seen */
    function draw(seen) {
      const entry = seen.lots.find(one => one.auction.id === page.lotId) ?? null, now = Date.now();
      view = {seen, entry, now};
      const text = seen.link.state === 'unpaired' ? '' : bandText(seen.service, seen.site);
      band.hidden = !text;
      put(band, text);
      frame.dataset.lost = ['off', 'refused'].includes(seen.link.state) ? '1' : '0';
      for (const part of parts) part.draw(view);
      drawBrief();
      if (!host.isConnected && !signal.aborted) document.documentElement.append(host);
    }
    function drawBrief() {
      if (!view) return;
      const {entry} = view, state = entry ? stateOf(entry, Date.now()) : '';
      frame.dataset.brief = state;
      const words = entry ? [t(`state_${state}`), entry.auction.data ? allInText(entry.auction.allIn.current) : ''].filter(Boolean).join(' · ') : '';
      if (brief.textContent !== words) { brief.replaceChildren(...(entry ? [el('span', {className: 'state'}, shape(state), words)] : [])); brief.dataset.state = state; }
    }
    const {view: kept} = await chrome.storage.session.get('view').catch(() => ({view: {}}));
    dress(host, /** @type {any} */ (kept)?.theme);
    setFolded(folded || Boolean(/** @type {any} */ (kept)?.folded), true);
    chrome.storage.session.onChanged.addListener(changes => { if (changes.view) dress(host, /** @type {any} */ (changes.view.newValue)?.theme); });
    await store.watch(draw, signal);
    document.addEventListener('bidwright:facts', () => { if (view) draw(view.seen); }, {signal});
    every(() => {
      if (!alive()) { notesOrphan(body); return; }
      if (!view) return;
      view.now = Date.now();
      for (const part of parts) part.tick?.(view);
      drawBrief();
    }, TICK_MS, signal);
    observe(document.documentElement, () => { if (view && !host.isConnected && !signal.aborted) document.documentElement.append(host); }, signal, 50);
  },
});

/** The extension was updated under the page: nothing here reaches it any more. @param {HTMLElement} body */
function notesOrphan(body) {
  if (body.dataset.orphan) return;
  body.dataset.orphan = '1';
  body.hidden = false;
  body.replaceChildren(el('div', {className: 'alert'}, el('p', {}, RELOAD), el('div', {className: 'row'}, el('button', {type: 'button', onclick: () => location.reload()}, RELOAD_BUTTON))));
}

/* Tried on: simulator /p/x/<lot>, open, closing, ended, signed out, a page without a price; moved between lots without a load. */
