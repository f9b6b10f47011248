// What frames every surface: the band that says what is not real, the connection, the money at stake, and STOP.
/** @import {Link, Service, Site, Snapshot} from './types.js' */
import {newKey} from './api.js';
import {run} from './commands.js';
import {el, put} from './dom.js';
import {allInText, span, t} from './words.js';

/** What the band says; empty when everything is real. @param {Service | null} service @param {Site | null} site */
export function bandText(service, site) {
  const where = site?.simulated ? t('simulated_site') : site && !site.real ? t('other_site', hostOf(site.address)) : '';
  return [where, service && service.mode !== 'live' ? t('dry_run_band') : ''].filter(Boolean).join(' · ');
}

/** @param {HTMLElement} node @param {Snapshot} seen */
export function drawBand(node, {service, site, link}) {
  const text = link.state === 'unpaired' ? '' : bandText(service, site);
  node.hidden = !text;
  put(node, text);
}

/** @param {HTMLElement} node @param {Link} link */
export function drawLink(node, link) {
  node.dataset.state = link.state;
  put(node, t(`link_${link.state}`));
}

/** What is wrong with the connection, the session or the service, gravest first, each with what mends it. @param {Snapshot} seen @param {number} now */
export function troubles({link, service}, now) {
  /** @type {{key: string, text: string, act: '' | 'options' | 'login' | 'resume'}[]} */
  const found = [];
  if (link.state === 'unpaired') return found;
  if (link.state === 'refused') found.push({key: 'link', text: link.why, act: 'options'});
  else if (link.state === 'off') found.push({key: 'link', text: t('trouble_off', link.why, span(now - link.since)), act: 'options'});
  if (service?.halted) found.push({key: 'halt', text: service.haltedWhy ? t('trouble_halted_why', service.haltedWhy) : t('trouble_halted'), act: 'resume'});
  if (service?.storeUp === false) found.push({key: 'store', text: t('trouble_store'), act: ''});
  if (service?.mode === 'live' && service.session !== 'ok' && service.session !== 'unchecked') found.push({key: 'session', text: t('trouble_session'), act: 'login'});
  if (service?.format === 'broken') found.push({key: 'format', text: t('trouble_format', service.formatWhy), act: ''});
  if (service && !['closed', undefined].includes(service.breaker)) found.push({key: 'breaker', text: t('trouble_breaker'), act: ''});
  return found;
}

/**
 * STOP: one press halts, no question asked; going on asks. *failed* is told what went wrong.
 * @param {{ask: (question: {title: string, text: string, yes: string}) => Promise<boolean>, failed: (sentence: string) => void}} options
 */
export function stopButton({ask, failed}) {
  const node = el('button', {type: 'button', className: 'stop', onclick: press, disabled: true}, t('stop'));
  node.setAttribute('aria-keyshortcuts', 'Alt+Shift+X');
  let halted = false, gen = '0';
  async function press() {
    failed('');
    try {
      if (!halted) { await run({do: 'halt', key: newKey()}); return; }
      if (await ask({title: t('resume_title'), text: t('resume_text'), yes: t('resume')})) await run({do: 'resume', gen, key: newKey()});
    } catch (error) {
      failed(halted ? /** @type {Error} */ (error).message : t('stop_failed', /** @type {Error} */ (error).message));
    }
  }
  return {
    node, press,
    /** @param {Snapshot} seen */
    draw({service, link}) {
      halted = Boolean(service?.halted); gen = service?.gen ?? '0';
      node.disabled = link.state === 'unpaired';
      node.dataset.halted = halted ? '1' : '0';
      put(node, halted ? t('stopped_resume') : t('stop'));
    },
  };
}

/** The money at stake against the budget, as a sentence and a bar. */
export function budgetBar() {
  const words = el('span', {className: 'muted tabular'}), fill = el('i'), meter = el('span', {className: 'meter', ariaHidden: 'true'}, fill);
  const node = el('p', {className: 'budget'}, words, meter);
  return {
    node,
    /** @param {Service | null} service */
    draw(service) {
      node.hidden = !service;
      if (!service) return;
      put(words, service.budget === null ? t('at_stake_no_budget', allInText(service.exposure)) : t('at_stake', allInText(service.exposure), allInText(service.budget)));
      const share = service.budget ? Math.min(1, service.exposure / service.budget) : 0;
      fill.style.width = `${share * 100}%`;
      meter.dataset.full = share > 0.9 ? '1' : '0';
    },
  };
}

/** A question with a yes and a no, in a dialog of this page. @param {{title: string, text: string, yes: string}} question @returns {Promise<boolean>} */
export function askHere({title, text, yes}) {
  const box = el('dialog', {className: 'ask'}, el('form', {method: 'dialog', className: 'stack'}, el('h2', {}, title), el('p', {}, text),
    el('div', {className: 'row end'}, el('button', {value: ''}, t('cancel')), el('button', {value: 'yes', className: 'primary'}, yes))));
  box.ariaLabel = title;
  document.body.append(box);
  box.showModal();
  return new Promise(resolve => box.addEventListener('close', () => { box.remove(); resolve(box.returnValue === 'yes'); }));
}

/** @param {string} address */
function hostOf(address) {
  try { return new URL(address).host; } catch { return address; }
}
