// What opens below a lot: change it, bid now, let it go; its receipts and its price history.
import {el, put, svg} from './dom.js';
import {rest} from './link.js';
import {allIn, clockTime, delay, hammer} from './words.js';

const PAUSE_MS = 2500;

export class Details {
  #timer = 0; #loaded = 0;

  constructor(auction, tools) {
    this.tools = tools;
    this.cap = el('input', {className: 'short', inputMode: 'numeric', value: String(auction.config.maxBid)});
    this.allIn = el('input', {className: 'short', inputMode: 'decimal', placeholder: 'none', value: String(auction.config.maxAllIn ?? '')});
    this.strategy = el('select', {}, ...tools.strategies().map(s => el('option', {value: s.name}, s.name)));
    this.strategy.value = auction.config.strategyName;
    this.amount = el('input', {className: 'short', inputMode: 'numeric', value: String(auction.data?.nextBid ?? '')});
    this.told = el('p', {className: 'wrong', role: 'status'});
    this.receipts = el('div', {className: 'receipts'}, el('p', {className: 'muted'}, 'Reading the receipts'));
    this.history = el('div', {});
    const edit = el('form', {className: 'line edit', onsubmit: event => this.#save(event)},
      el('label', {}, 'Max bid, $', this.cap), el('label', {}, 'All-in max, $', this.allIn), el('label', {}, 'Strategy', this.strategy), el('button', {type: 'submit'}, 'Save'));
    const bid = el('form', {className: 'line edit', onsubmit: event => this.#bid(event)}, el('label', {}, 'Bid now, $', this.amount), el('button', {type: 'submit'}, 'Bid now'));
    this.controls = el('div', {className: 'line'}, edit, bid);
    const links = el('div', {className: 'line links'},
      el('a', {href: auction.url, target: '_blank', rel: 'noopener noreferrer'}, 'Open the lot on the site'),
      el('button', {type: 'button', onclick: () => this.#look()}, 'Look again'),
      this.drop = el('button', {type: 'button', onclick: () => tools.drop(this.auction)}, 'Stop watching'));
    this.node = el('div', {className: 'details'}, this.controls, this.told, links,
      el('section', {}, el('h3', {}, 'Receipts'), this.receipts), el('section', {}, el('h3', {}, 'Price'), this.history));
    this.show(auction);
  }

  show(auction, before) {
    this.auction = auction;
    const ended = auction.status === 'ended' || auction.standing;
    this.controls.hidden = this.drop.hidden = ended;
    if (document.activeElement !== this.cap && (!before || before.config.maxBid !== auction.config.maxBid)) this.cap.value = String(auction.config.maxBid);
    if (document.activeElement !== this.allIn && (!before || before.config.maxAllIn !== auction.config.maxAllIn)) this.allIn.value = String(auction.config.maxAllIn ?? '');
    if (document.activeElement !== this.strategy && (!before || before.config.strategyName !== auction.config.strategyName)) this.strategy.value = auction.config.strategyName;
    if (document.activeElement !== this.amount && before?.data?.nextBid !== auction.data?.nextBid) this.amount.value = String(auction.data?.nextBid ?? '');
    const sign = a => [a?.inDoubt, a?.ownHigh, a?.data?.isWinning, a?.status, a?.data?.currentBid, a?.outcome].join();
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
      this.history.replaceChildren(...prices(history, this.auction.config.maxBid));
    } catch (error) {
      this.receipts.replaceChildren(el('p', {className: 'wrong'}, error.message));
    }
  }

  async #save(event) {
    event.preventDefault();
    const config = {maxBid: this.cap.value.trim(), strategy: this.strategy.value};
    if (this.strategy.value === this.auction.config.strategyName) delete config.strategy;
    if (this.allIn.value.trim() !== String(this.auction.config.maxAllIn ?? '')) {
      config.maxAllIn = this.allIn.value.trim();
      if (config.maxBid === String(this.auction.config.maxBid)) delete config.maxBid; // one that goes with the all-in max follows it
    }
    put(this.told, await this.tools.change(this.auction, config) ?? '');
  }

  async #bid(event) {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    put(button, 'Bidding');
    put(this.told, await this.tools.bid(this.auction, this.amount.value.trim()) ?? '');
    button.disabled = false;
    put(button, 'Bid now');
    this.#reload();
  }

  async #look() {
    put(this.told, '');
    try { await rest('POST', `/api/auctions/${this.auction.id}/refresh`); } catch (error) { put(this.told, error.message); }
  }
}

function receipt(r) {
  const paper = r.mode === 'live' ? '' : ', dry run';
  return el('div', {className: 'receipt'}, el('h4', {}, `${hammer(r.amount)} · ${r.word}${paper}`),
    el('ol', {}, ...r.steps.map(s => el('li', {}, el('time', {}, s.at ? clockTime(s.at) : ''), el('div', {}, s.sentence, ' ', el('span', {className: 'after'}, delay(s.afterMs)))))), ...decidedOn(r));
}

// What a bid was decided on, in a line.
function decidedOn(r) {
  const on = Object.entries(r.toggles).map(([name, is]) => `${name} ${is ? 'on' : 'off'}`).join(', ');
  const said = [r.strategy && `${r.strategy} ${r.strategyVersion}`.trim(), r.reason, r.latencyMs !== null && `answered in ${r.latencyMs} ms`,
    r.priceAgeMs !== null && `price ${r.priceAgeMs} ms old`, r.clockWidthMs !== null && `clock known to ${Math.round(r.clockWidthMs)} ms`, on];
  return [el('p', {className: 'muted'}, said.filter(Boolean).join(' · '))];
}

function held(holds) {
  if (!holds.length) return [];
  const rows = holds.slice(0, 10).map(h => el('li', {}, el('time', {}, clockTime(h.at)), el('div', {}, h.sentence)));
  return [el('div', {className: 'receipt'}, el('h4', {}, 'Held back'), el('ol', {}, ...rows))];
}

function prices(history, cap) {
  if (!history.length) return [el('p', {className: 'muted'}, 'No price was read yet.')];
  const made = [];
  if (history.length > 1) {
    const from = history[0].at, to = Math.max(Date.now(), history.at(-1).at + 1), most = Math.max(cap, ...history.map(h => h.price)) * 1.1 || 1;
    const x = at => (at - from) / (to - from) * 600, y = price => 118 - price / most * 114;
    let path = `M0 ${y(history[0].price)}`;
    for (const h of history.slice(1)) path += `H${x(h.at)}V${y(h.price)}`;
    made.push(svg('svg', {class: 'chart', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img', 'aria-label': 'Price over time; the dashed line is the max bid'},
      svg('line', {x1: 0, x2: 600, y1: y(cap), y2: y(cap)}), svg('path', {d: `${path}H600`})));
  }
  const last = history.slice(-6).reverse().map(h => `${clockTime(h.at)} ${allIn(h.price).replace('.00', '')}`).join(' · ');
  return [...made, el('p', {className: 'muted'}, last)];
}
