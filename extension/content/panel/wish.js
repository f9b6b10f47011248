// What the owner wants with the lot: the cap, the strategy with its settings, armed or not.
/** @import {Here, Part} from '../features/panel.js' */
/** @import {StrategyOffer} from '../../lib/types.js' */
import {newKey} from '../../lib/api.js';
import {capForm} from '../../lib/cap-form.js';
import {el, put} from '../../lib/dom.js';
import {schemaForm} from '../../lib/schema-form.js';
import {t} from '../../lib/words.js';
import {run} from '../courier.js';
import {factsOf, rated} from '../page-facts.js';
import {question} from './question.js';

const SAID_MS = 5000, AGAIN_MS = 10_000, USUAL = 'sniping', HARMLESS = 'manual';

/** @param {Here} here @returns {Part} */
export function wish({id, root, signal}) {
  const cap = capForm({legend: t('cap_legend'), onchange: () => refresh()});
  const picker = el('select', {id: 'bw-strategy', onchange: () => { drawSettings(); refresh(); }}), about = el('p', {className: 'muted'});
  const settings = el('div', {}), more = el('details', {}, el('summary', {}, t('strategy_settings')), settings);
  const told = el('p', {className: 'wrong', role: 'alert'}), done = el('p', {className: 'muted', role: 'status'});
  const arm = el('button', {type: 'button', className: 'primary grow', onclick: () => press(true)}), save = el('button', {type: 'submit', className: 'grow'});
  const drop = el('button', {type: 'button', className: 'plain', onclick: letGo}, t('stop_watching'));
  const node = el('form', {className: 'stack wish', hidden: true, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); press(null); }},
    cap.node, el('div', {className: 'field'}, el('label', {htmlFor: picker.id}, t('strategy')), picker, about), more, told, done,
    el('div', {className: 'row'}, arm, save), drop);
  /** @type {import('../features/panel.js').View | null} */
  let view = null;
  /** @type {StrategyOffer[]} */
  let offers = [];
  /** @type {ReturnType<typeof schemaForm> | null} */
  let form = null;
  let busy = false, asked = false, rating = false, stored = '', version = '';

  /** The strategies: asked once the gateway is there. */
  async function load() {
    if (asked || signal.aborted) return;
    asked = true;
    try {
      offers = (await run({do: 'strategies'})).strategies;
      fillPicker();
    } catch { setTimeout(() => { asked = false; }, AGAIN_MS); }
  }

  /** The rates of a lot that is not watched any more, or not yet. */
  async function loadRates() {
    if (rating) return;
    rating = true;
    try { rated(id, await ratesHere(id)); } catch { setTimeout(() => { rating = false; }, AGAIN_MS); }
  }

  function fillPicker() {
    const chosen = picker.value || view?.entry?.auction.config.strategyName || USUAL;
    picker.replaceChildren(...offers.map(one => el('option', {value: one.name}, label(one.name))));
    picker.value = offers.some(one => one.name === chosen) ? chosen : offers[0]?.name ?? '';
    drawSettings();
  }

  function drawSettings() {
    const offer = offers.find(one => one.name === picker.value);
    put(about, offer?.description ?? '');
    form = offer ? schemaForm(offer.params, picker.value === stored ? view?.entry?.auction.config.params ?? {} : {}, refresh) : null;
    settings.replaceChildren(...(form ? [form.node] : []));
    more.hidden = !offer || offer.name === HARMLESS;
  }

  /** What would be sent; null when something typed is wrong, which is marked then. */
  function read() {
    const auction = view?.entry?.auction ?? null, typed = !auction || cap.dirty ? cap.read(auction) : {}, params = form?.read() ?? (form ? null : {});
    if (!typed || !params) { if (!params) more.open = true; return null; }
    return {...typed, ...(!auction || picker.value !== stored ? {strategy: picker.value || USUAL} : {}), ...(Object.keys(params).length ? {params} : {})};
  }

  /** @param {boolean | null} toggle arm or pause; null: only save */
  async function press(toggle) {
    const auction = view?.entry?.auction ?? null, on = auction?.config.autoBid ?? false, config = read();
    if (busy || !config || !view) return;
    if (toggle !== null) Object.assign(config, {autoBid: !on});
    if (auction && !Object.keys(config).length) { put(done, t('nothing_changed')); return; }
    busy = true;
    put(told, ''); put(done, t('saving'));
    refresh();
    const mode = view.seen.service?.mode ?? 'dry-run', key = newKey();
    try {
      await run(auction ? {do: 'change', id, config, version: auction.config.version, mode, key} : {do: 'watch', id, config: {autoBid: false, ...config}, mode, key});
      cap.keep();
      put(done, t(toggle === null ? 'saved' : on ? 'paused' : 'armed_now'));
      setTimeout(() => put(done, ''), SAID_MS);
    } catch (error) {
      const {message, field} = /** @type {import('../courier.js').Refused} */ (error);
      put(done, '');
      if (field === 'config.maxBid' || field === 'config.maxAllIn') { cap.say(message); cap.box.focus(); } else put(told, message);
    }
    busy = false;
    refresh();
  }

  async function letGo() {
    const auction = view?.entry?.auction;
    if (!auction || !await question(root, {title: t('drop_title', auction.title), text: t(auction.exposure > 0 ? 'drop_standing' : 'drop_text'), yes: t('stop_watching')})) return;
    await run({do: 'drop', id, key: newKey()}).catch(error => put(told, error.message));
  }

  function refresh() {
    const auction = view?.entry?.auction ?? null, live = view?.seen.service?.mode === 'live', on = auction?.config.autoBid ?? false;
    const dirty = cap.dirty || Boolean(form?.dirty) || (auction !== null && stored !== '' && picker.value !== stored && offers.length > 0);
    put(arm, on ? t('pause') : t(live && view?.seen.site?.real ? 'arm_live' : 'arm'));
    arm.classList.toggle('primary', !on);
    arm.ariaPressed = String(on);
    put(save, auction ? t('save') : t('watch_only'));
    arm.disabled = busy || picker.value === HARMLESS;
    save.disabled = busy || (auction !== null && !dirty);
    drop.hidden = !auction;
  }

  return {
    node,
    draw(now) {
      view = now;
      const {seen, entry} = now, auction = entry?.auction ?? null;
      const first = node.hidden;
      node.hidden = seen.link.state === 'unpaired' || Boolean(auction && (auction.status === 'ended' || auction.standing));
      if (node.hidden) return;
      const facts = factsOf(id);
      if (seen.link.state === 'on') { load(); if (!auction && !facts.rates) loadRates(); }
      cap.fill(auction, auction?.rates ?? facts.rates);
      if (auction && auction.config.version !== version) {
        const same = picker.value === stored || !stored || first;
        stored = auction.config.strategyName; version = auction.config.version;
        if (same && offers.length) { picker.value = stored; drawSettings(); }
      }
      if (!auction) stored = version = '';
      refresh();
    },
  };
}

/** The rates for the lot's place, where it is not watched. @param {string} id */
async function ratesHere(id) {
  const [rates, lot] = await Promise.all([run({do: 'rates'}), run({do: 'lot', id}).catch(() => null)]);
  const place = lot?.data?.location?.name, found = place && rates.locations[place];
  return found ? {...found, source: 'location'} : rates.default;
}

/** @param {string} name */
function label(name) {
  const found = t(`strategy_${name}`);
  return found.startsWith('strategy_') ? name : found;
}
