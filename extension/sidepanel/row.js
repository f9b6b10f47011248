// One lot of the side panel.
/** @import {Entry} from '../lib/types.js' */
import {newKey} from '../lib/api.js';
import {run} from '../lib/commands.js';
import {el, put} from '../lib/dom.js';
import {standing} from '../lib/standing.js';
import {t} from '../lib/words.js';

/**
 * A row; *say* shows what went wrong. It is made once and drawn again and again, so that nothing jumps and nothing loses the focus.
 */
export class Row {
  #stand = standing();
  /** @type {Entry | null} */
  #entry = null;
  #mode = 'dry-run';
  #photo = el('div', {className: 'photo', ariaHidden: 'true'}, 'B');
  #title = el('a', {className: 'title', target: '_blank', rel: 'noopener'});
  #meta = el('p', {className: 'muted'});
  #arm = el('button', {type: 'button', onclick: () => this.#toggle()});
  #raise = el('a', {className: 'button', target: '_blank'}, t('button_raise'));
  #acts = el('div', {className: 'acts'}, this.#arm, this.#raise);

  /** @param {(sentence: string) => void} say */
  constructor(say) {
    this.say = say;
    const s = this.#stand;
    this.node = el('article', {className: 'lot'},
      el('div', {className: 'what'}, this.#photo, this.#title, this.#meta),
      el('div', {className: 'line'}, s.state, s.clock),
      el('div', {className: 'money'}, el('span', {}, s.hammer, ' ', s.price), s.cap), s.bar, s.say, this.#acts);
  }

  /** @param {Entry} entry @param {string} mode the service's, as the person sees it @param {number} now */
  draw(entry, mode, now) {
    const {auction} = this.#entry = entry;
    this.#mode = mode;
    this.node.id = `lot-${auction.id}`;
    put(this.#title, auction.title);
    if (this.#title.href !== auction.url) this.#title.href = auction.url;
    put(this.#meta, [auction.data?.location?.name, auction.data?.notes, auction.group ? t('in_group', auction.group.name) : '', auction.mode === 'live' ? '' : t('dry_run').toLowerCase()].filter(Boolean).join(' · '));
    this.#picture(auction.imageUrl);
    const on = auction.config.autoBid, over = auction.status === 'ended' || auction.standing;
    this.#acts.hidden = over;
    put(this.#arm, t(on ? 'pause' : 'arm'));
    this.#arm.ariaPressed = String(on);
    this.#arm.setAttribute('aria-label', t(on ? 'pause_lot' : 'arm_lot', auction.title));
    this.#raise.href = chrome.runtime.getURL(`confirm/confirm.html?do=raise&lot=${auction.id}`);
    this.#raise.setAttribute('aria-label', t('raise_lot', auction.title));
    this.#stand.draw(entry, now, this.node);
  }

  /** @param {number} now */
  tick(now) { if (this.#entry) this.#stand.tick(this.#entry, now, this.node); }

  async #toggle() {
    const auction = this.#entry?.auction;
    if (!auction) return;
    this.#arm.disabled = true;
    this.say('');
    try {
      await run({do: 'change', id: auction.id, config: {autoBid: !auction.config.autoBid}, version: auction.config.version, mode: this.#mode, key: newKey()});
    } catch (error) { this.say(/** @type {Error} */ (error).message); }
    this.#arm.disabled = false;
  }

  /** @param {string | null} url */
  #picture(url) {
    if (this.#photo.dataset.url === (url ?? '')) return;
    const none = () => el('div', {className: 'photo', ariaHidden: 'true', data: {url: url ?? ''}}, 'B');
    const made = url ? el('img', {className: 'photo', alt: '', loading: 'lazy', referrerPolicy: 'no-referrer', data: {url}, src: url}) : none();
    made.addEventListener('error', () => { const empty = none(); made.replaceWith(empty); this.#photo = empty; });
    this.#photo.replaceWith(made);
    this.#photo = /** @type {any} */ (made);
  }
}
