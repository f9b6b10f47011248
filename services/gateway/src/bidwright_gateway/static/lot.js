// One lot: its row, and what opens below it.
import {el, put, shape, svg} from './dom.js';
import {Details} from './details.js';
import {ago, allIn, hammer, left} from './words.js';

const WORDS = {watching: 'watching', armed: 'armed', winning: 'winning', outbid: 'outbid', needs: 'needs you', doubt: 'in doubt', won: 'won', lost: 'lost', ended: 'ended'};
const DOUBT_MS = 4000;

export function stateOf(auction, doubtSince = 0) {
  if (auction.status === 'ended') return auction.outcome === 'won' ? 'won' : auction.outcome === 'lost' ? 'lost' : 'ended';
  if (auction.status === 'error') return 'needs';
  if (doubtSince && performance.now() - doubtSince > DOUBT_MS) return 'doubt';
  const kind = auction.forecast?.kind;
  if (kind === 'trouble' || (kind === 'wont' && auction.config.autoBid && !auction.data?.isWinning)) return 'needs';
  if (auction.data?.isWinning) return 'winning';
  if (auction.ownHigh > 0) return 'outbid';
  return auction.config.autoBid ? 'armed' : 'watching';
}

export class Lot {
  #open = false; #details = null; #ring = null; #doubt = 0;

  constructor(tools) {
    this.tools = tools;
    this.parts = {
      photo: el('div', {className: 'photo none'}, 'B'),
      name: el('span', {className: 'clamp'}),
      title: el('button', {type: 'button', className: 'title', onclick: () => this.toggle()}),
      meta: el('p', {className: 'meta'}),
      state: el('span', {className: 'state'}),
      clock: el('span', {className: 'clock'}),
      hammer: el('span', {className: 'hammer'}),
      allin: el('span', {className: 'allin'}),
      bar: el('div', {className: 'bar', role: 'img'}, el('i'), el('b')),
      cap: el('span', {className: 'capword'}, el('span'), ' · ', el('span')),
      say: el('p', {className: 'say'}),
      arm: el('button', {type: 'button', className: 'arm', onclick: () => this.#arm()}),
      more: el('button', {type: 'button', className: 'more', onclick: () => this.toggle()}, 'Details'),
    };
    const p = this.parts;
    p.title.append(p.name);
    p.price = el('div', {className: 'price'}, p.hammer, ' ', p.allin);
    this.node = el('article', {className: 'lot'},
      el('div', {className: 'summary'}, p.photo, el('div', {className: 'what'}, p.title, p.meta),
        el('div', {className: 'right'}, el('div', {className: 'stateline'}, p.state, p.clock), p.price, p.cap, p.bar),
        el('div', {className: 'bottom'}, p.say, p.arm, p.more)));
  }

  get state() { return stateOf(this.auction, this.#doubt); }
  get closesAt() { return this.auction.data?.closeTime ? Date.parse(this.auction.data.closeTime) : Infinity; }
  // Site time now: what the gateway said, and what passed here since.
  get siteNow() { return this.auction.lastUpdate + (performance.now() - this.#at); }
  get seconds() { return (this.closesAt - this.siteNow) / 1000; }
  #at = 0;

  show(auction) {
    const before = this.auction;
    this.auction = auction;
    this.#at = performance.now();
    this.#doubt = auction.inDoubt ? this.#doubt || this.#at : 0;
    const {parts: p} = this, data = auction.data;
    this.node.id = `lot-${auction.id}`;
    put(p.name, auction.title);
    put(p.meta, meta(auction));
    this.#photo(auction.imageUrl);
    put(p.hammer, data ? data.bidCount || data.currentBid ? `${hammer(data.currentBid)} →` : 'no bid yet' : '');
    p.allin.replaceChildren(...(data ? [allIn(auction.allIn.current), ' ', el('small', {}, 'all-in')] : [el('small', {}, 'not read yet')]));
    const {maxAllIn} = auction.config, cap = auction.caps.hammer; // the tighter of both caps
    put(p.cap.firstChild, maxAllIn === undefined ? `max ${hammer(cap)}` : `max ${allIn(maxAllIn)} all-in`);
    put(p.cap.lastChild, maxAllIn === undefined ? `${allIn(auction.allIn.cap)} all-in` : `${hammer(cap)} hammer`);
    this.#bar(data?.currentBid ?? 0, cap);
    put(p.say, auction.error ?? auction.forecast?.sentence ?? '');
    p.say.dataset.kind = auction.status === 'error' ? 'trouble' : auction.forecast?.kind ?? '';
    put(p.arm, auction.config.autoBid ? 'Disarm' : 'Arm');
    p.arm.setAttribute('aria-pressed', String(auction.config.autoBid));
    p.arm.hidden = auction.status === 'ended' || auction.standing;
    this.node.dataset.ended = auction.status === 'ended' ? '1' : '0';
    if (before?.data && data && before.data.currentBid !== data.currentBid) this.#flash();
    this.tick();
    this.#details?.show(auction, before);
  }

  tick() {
    const {parts: p, auction} = this, data = auction.data, state = this.state;
    const age = data?.seenAt ? this.siteNow - data.seenAt : 0, seconds = this.seconds;
    const stale = auction.status === 'monitoring' && data && age > 1000 * (seconds < 120 ? 15 : seconds < 600 ? 90 : seconds < 3600 ? 600 : 2700);
    if (this.node.dataset.state !== state || this.node.dataset.stale !== (stale ? '1' : '0') || stale) {
      this.node.dataset.state = state;
      this.node.dataset.stale = stale ? '1' : '0';
      const word = stale ? `${WORDS[state]}, ${ago(age)} old` : WORDS[state];
      p.state.replaceChildren(shape(stale ? 'stale' : state === 'ended' ? 'lost' : state), word);
    }
    if (auction.status === 'ended') { put(p.clock, auction.endedAt ? new Date(auction.endedAt).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hour12: false}) : ''); p.clock.dataset.near = '0'; return; }
    if (!data?.closeTime) { put(p.clock, '–'); return; }
    p.clock.dataset.near = seconds < 120 ? '1' : '0';
    if (seconds <= 0) put(p.clock, 'closing');
    else if (seconds <= 30) this.#countdown(seconds);
    else put(p.clock, left(seconds));
  }

  toggle(open = !this.#open) {
    this.#open = open;
    this.parts.title.setAttribute('aria-expanded', String(open));
    put(this.parts.more, open ? 'Hide' : 'Details');
    this.node.dataset.open = open ? '1' : '0';
    if (open && !this.#details) {
      this.#details = new Details(this.auction, this.tools);
      this.node.append(this.#details.node);
    } else if (!open && this.#details) {
      this.#details.node.remove();
      this.#details = null;
    }
  }

  async #arm() {
    this.parts.arm.disabled = true;
    await this.tools.change(this.auction, {autoBid: !this.auction.config.autoBid});
    this.parts.arm.disabled = false;
  }

  #countdown(seconds) {
    const {clock} = this.parts;
    if (!this.#ring || this.#ring.parentNode !== clock) {
      this.#ring = svg('svg', {viewBox: '0 0 36 36', class: 'ring', role: 'timer'}, svg('circle', {cx: 18, cy: 18, r: 15}), svg('circle', {cx: 18, cy: 18, r: 15, 'stroke-dasharray': 94.25}), svg('text', {x: 18, y: 18}));
      clock.replaceChildren(this.#ring);
    }
    const [, arc, text] = this.#ring.children;
    arc.setAttribute('stroke-dashoffset', String(94.25 * (1 - seconds / 30)));
    put(text, String(Math.floor(seconds)));
  }

  #photo(url) {
    if (this.parts.photo.dataset.url === (url ?? '')) return;
    const photo = url ? el('img', {className: 'photo', alt: '', loading: 'lazy', referrerPolicy: 'no-referrer', src: url}) : el('div', {className: 'photo none'}, 'B');
    photo.dataset.url = url ?? '';
    photo.addEventListener('error', () => { const none = el('div', {className: 'photo none', data: {url: url ?? ''}}, 'B'); photo.replaceWith(none); this.parts.photo = none; });
    this.parts.photo.replaceWith(photo);
    this.parts.photo = photo;
  }

  #bar(price, cap) {
    const [fill, mark] = this.parts.bar.children, most = Math.max(price, cap) * 1.05 || 1;
    fill.style.width = `${price / most * 100}%`;
    mark.style.left = `${cap / most * 100}%`;
    this.parts.bar.dataset.over = price > cap ? '1' : '0';
    this.parts.bar.ariaLabel = `price ${hammer(price)}, max bid ${hammer(cap)}`;
  }

  #flash() {
    this.node.classList.remove('flash');
    requestAnimationFrame(() => this.node.classList.add('flash'));
  }
}

function meta(auction) {
  const data = auction.data;
  const parts = [`lot ${auction.id}`, data?.location?.name, data?.notes, data?.retailPrice ? `retail ${allIn(data.retailPrice)}` : '', data ? `${data.bidCount} ${data.bidCount === 1 ? 'bid' : 'bids'}` : '', auction.mode === 'live' ? '' : 'dry run'];
  return parts.filter(Boolean).join(' · ');
}
