// What opens below a lot: change it, bid now, let it go; its receipts and its price history.
import {el, put, svg} from './dom.js';
import {rest} from './link.js';
import {allIn, clockTime, delay, hammer, moment} from './words.js';

const PAUSE_MS = 2500, HOLDS = 10;
const SOURCES = {
  assumed: ' (assumed: until you set them with “bidwright rates set”, no max all-in can be armed)',
  dearest: ' (your dearest rates, until the lot’s place is known)',
  earlier: ' (as before you changed them; the new ones follow after the bid under way)',
};

export class Details {
  #timer = 0; #loaded = 0;

  constructor(auction, tools) {
    this.tools = tools;
    this.cap = el('input', {className: 'short', inputMode: 'numeric', autocomplete: 'off'});
    this.allIn = el('input', {className: 'short', inputMode: 'decimal', autocomplete: 'off', placeholder: 'none'});
    this.strategy = el('select', {}, ...tools.strategies().map(s => el('option', {value: s.name}, s.name)));
    this.amount = el('input', {className: 'short', inputMode: 'numeric', autocomplete: 'off'});
    this.told = el('p', {className: 'wrong', role: 'alert'});
    this.truth = el('p', {className: 'muted truth', role: 'status'});
    this.receipts = el('div', {className: 'receipts'}, el('p', {className: 'muted'}, 'Reading the receipts'));
    this.history = el('div', {});
    const edit = el('form', {className: 'line', onsubmit: event => this.#save(event)},
      el('label', {}, 'Max bid, $', this.cap), el('label', {}, 'Max all-in, $', this.allIn), el('label', {}, 'Strategy', this.strategy), el('button', {type: 'submit'}, 'Save'));
    const bid = el('form', {className: 'line', onsubmit: event => this.#bid(event)}, el('label', {}, 'Bid now, $', this.amount), el('button', {type: 'submit'}, 'Bid now'));
    this.controls = el('div', {className: 'controls'}, el('div', {className: 'change'}, edit, this.told, this.truth), bid);
    this.problem = el('p', {className: 'wrong', role: 'alert'});
    const links = el('div', {className: 'line links'},
      el('a', {href: auction.url, target: '_blank', rel: 'noopener noreferrer'}, 'Open the lot on the site'),
      el('button', {type: 'button', onclick: () => this.#look()}, 'Look again'),
      this.drop = el('button', {type: 'button', onclick: () => tools.drop(this.auction)}, 'Stop watching'));
    this.node = el('div', {className: 'details'}, this.controls, links, this.problem,
      el('section', {}, el('h3', {}, 'Receipts'), this.receipts), el('section', {}, el('h3', {}, 'Price'), this.history));
    this.show(auction);
  }

  show(auction, before) {
    this.auction = auction;
    const ended = auction.status === 'ended' || auction.standing;
    this.controls.hidden = this.drop.hidden = ended;
    const {config, caps, rates} = auction;
    follow(this.cap, config.maxBid); follow(this.allIn, config.maxAllIn); follow(this.strategy, config.strategyName); follow(this.amount, auction.data?.nextBid);
    put(this.truth, `At most ${hammer(caps.hammer)}, which is ${allIn(caps.allIn)} out the door with ${rates.premium}\u00a0% premium and ${rates.tax}\u00a0% tax${SOURCES[rates.source] ?? ''}.`);
    const sign = a => [a?.inDoubt, a?.ownHigh, a?.data?.isWinning, a?.status, a?.data?.currentBid, a?.outcome, a?.forecast?.kind === 'wont' ? a.forecast.sentence : a?.forecast?.kind].join();
    if (!before || sign(before) !== sign(auction)) this.#reload();
  }

  #reload() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), Math.max(0, PAUSE_MS - (performance.now() - this.#loaded)) * (this.#loaded ? 1 : 0));
  }

  async #load() {
    this.#loaded = performance.now();
    try {
      const [{receipts, holds, postMortem}, {history}] = await Promise.all([rest('GET', `/api/auctions/${this.auction.id}/receipts?limit=20`), rest('GET', `/api/auctions/${this.auction.id}/history`)]);
      this.receipts.replaceChildren(...(postMortem ? [el('p', {}, postMortem)] : []), ...(receipts.length ? receipts.map(receipt) : [el('p', {className: 'muted'}, 'No bid of ours yet.')]), ...held(holds));
      this.history.replaceChildren(...prices(history, this.auction.caps.hammer));
    } catch (error) {
      this.receipts.replaceChildren(el('p', {className: 'wrong'}, error.message));
    }
  }

  async #save(event) {
    event.preventDefault();
    const cap = this.cap.value.trim(), door = this.allIn.value.trim(), now = this.auction.config, config = {};
    const wrong = amiss(cap, door);
    if (wrong) { this.#say(wrong); return; }
    if (this.strategy.value !== now.strategyName) config.strategy = this.strategy.value;
    if (door !== String(now.maxAllIn ?? '')) config.maxAllIn = door;
    if (cap !== String(now.maxBid) || !('maxAllIn' in config)) config.maxBid = cap; // one that goes with the max all-in follows it
    const error = await this.tools.change(this.auction, config, {quiet: true});
    this.#say(error ?? '');
    if (error) return;
    for (const box of [this.cap, this.allIn, this.strategy]) box.dataset.stored = box.value; // what is stored by now takes its place
    setTimeout(() => this.show(this.auction, this.auction), 300);
  }

  // What was wrong with what was typed, or nothing; the box it is about is marked.
  #say(sentence) {
    put(this.told, sentence);
    const about = sentence.startsWith('Max all-in') ? this.allIn : sentence.startsWith('Max bid') ? this.cap : null;
    for (const box of [this.cap, this.allIn]) if (box === about) box.setAttribute('aria-invalid', 'true'); else box.removeAttribute('aria-invalid');
    about?.focus();
  }

  async #bid(event) {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    put(button, 'Bidding');
    this.#say(await this.tools.bid(this.auction, this.amount.value.trim()) ?? '');
    button.disabled = false;
    put(button, 'Bid now');
    this.#reload();
  }

  async #look() {
    put(this.problem, '');
    try { await rest('POST', `/api/auctions/${this.auction.id}/refresh`); } catch (error) { put(this.problem, error.message); }
  }
}

// A box shows what is stored until somebody types in it; what was typed stays until it is saved.
function follow(box, stored) {
  const text = String(stored ?? '');
  if (box.value === (box.dataset.stored ?? box.value)) box.value = text;
  box.dataset.stored = text;
}

// The gateway leaves a cap that is 0 or empty as it is, as older clients need it. Whoever typed that here meant something.
function amiss(cap, door) {
  if (!cap) return 'Max bid is empty: give the most you will bid in whole dollars. To bid nothing, disarm the lot.';
  if (Number(cap.replace(/^\$/, '')) === 0) return 'Max bid must be positive. To bid nothing, disarm the lot.';
  if (door && Number(door.replace(/^\$/, '')) === 0) return 'Max all-in must be positive. Leave the box empty for none.';
  return '';
}

function receipt(r) {
  const paper = r.mode === 'live' ? '' : ', dry run';
  return el('div', {className: 'receipt'}, el('h4', {}, `${hammer(r.amount)} · ${r.word}${paper}`),
    el('ol', {}, ...r.steps.map(s => el('li', {}, el('time', {}, s.at ? moment(s.at) : ''), el('div', {}, s.sentence, ' ', el('span', {className: 'after'}, delay(s.afterMs)))))), ...decidedOn(r));
}

// What a bid was decided on, in a line.
function decidedOn(r) {
  const on = Object.entries(r.toggles).map(([name, is]) => `${name} ${is ? 'on' : 'off'}`).join(', ');
  const said = [r.strategy && `${r.strategy} ${r.strategyVersion}`.trim(), r.reason, r.latencyMs !== null && `answered in ${r.latencyMs} ms`,
    r.priceAgeMs !== null && `price ${r.priceAgeMs} ms old`, r.clockWidthMs !== null && `clock known to ${Math.round(r.clockWidthMs)} ms`, on];
  return [el('p', {className: 'muted'}, said.filter(Boolean).join(' · '))];
}

// When and why the lot was held back, newest first.
function held(holds) {
  if (!holds.length) return [];
  const rows = holds.slice(0, HOLDS).map(h => el('li', {}, el('time', {}, moment(h.at)),
    el('div', {}, h.sentence, ' ', el('span', {className: 'when'}, `${h.till ? `until ${moment(h.till)}` : 'still so'} · price ${hammer(h.price)}, next bid ${hammer(h.nextBid)}`))));
  const more = holds.length - rows.length;
  return [el('div', {className: 'receipt held'}, el('h4', {}, 'Held back'), el('ol', {}, ...rows), ...(more ? [el('p', {className: 'muted'}, `and ${more} earlier`)] : []))];
}

function prices(history, cap) {
  if (!history.length) return [el('p', {className: 'muted'}, 'No price was read yet.')];
  const made = [];
  if (history.length > 1) {
    const from = history[0].at, to = Math.max(Date.now(), history.at(-1).at + 1), most = Math.max(cap, ...history.map(h => h.price)) * 1.1 || 1;
    const x = at => (at - from) / (to - from) * 600, y = price => 118 - price / most * 114;
    let path = `M0 ${y(history[0].price)}`;
    for (const h of history.slice(1)) path += `H${x(h.at)}V${y(h.price)}`;
    made.push(svg('svg', {class: 'chart', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img', 'aria-label': 'Price over time; the dashed line is the most that is bid'},
      svg('line', {x1: 0, x2: 600, y1: y(cap), y2: y(cap)}), svg('path', {d: `${path}H600`})));
  }
  const last = history.slice(-6).reverse().map(h => `${clockTime(h.at)} ${allIn(h.price).replace('.00', '')}`).join(' · ');
  return [...made, el('p', {className: 'muted'}, last)];
}
