// The gateway: pair with one, wait for the owner's yes with the six digits in view, see how it stands, leave it.
import {allowed, ask, pattern} from '../../lib/api.js';
import {$, el, put} from '../../lib/dom.js';
import {askHere, drawLink} from '../../lib/frame.js';
import {add, every} from '../../lib/kit.js';
import * as moving from '../../lib/moving.js';
import * as pairing from '../../lib/pairing.js';
import * as store from '../../lib/store.js';
import {moment, t} from '../../lib/words.js';

const LOOK_MS = 1000, USUAL = 'http://localhost:3000';

add('gateway', {
  on: () => true,
  async init(signal) {
    const box = el('div', {className: 'stack'}), link = el('p', {className: 'connection', role: 'status'}), why = el('p', {className: 'wrong', role: 'alert'});
    $('gateway').append(box);
    let shown = '';
    async function draw() {
      const paired = await store.gateway(), waits = await pairing.pending(), old = await moving.inherited();
      const sign = JSON.stringify([paired, waits, old]);
      if (sign === shown) return;
      shown = sign;
      box.replaceChildren(...(waits ? waiting(waits) : paired ? standing(paired) : [...(old ? inherit(old) : []), form(old?.url ?? '')]));
    }

    /** @param {import('../../lib/types.js').Gateway} paired */
    function standing(paired) {
      const dashboard = el('a', {href: paired.url, target: '_blank', rel: 'noopener'}, paired.url);
      return [el('dl', {className: 'facts'}, el('dt', {}, t('address')), el('dd', {}, dashboard), el('dt', {}, t('paired_as')), el('dd', {}, t('paired_since', paired.name, moment(paired.pairedAt))), el('dt', {}, t('connection')), el('dd', {}, link)), why,
        el('div', {className: 'row'}, el('button', {type: 'button', className: 'danger', onclick: leave}, t('leave')), el('button', {type: 'button', hidden: true, className: 'primary', id: 'permit', onclick: () => permit(paired.url)}, t('permit')))];
    }
    async function leave() {
      if (await askHere({title: t('leave_title'), text: t('leave_text'), yes: t('leave')})) { await pairing.leave(ask); await draw(); }
    }
    /** @param {string} url */
    const permit = url => chrome.permissions.request({origins: [pattern(url)]});

    /** @param {string} url */
    function form(url) {
      const address = el('input', {id: 'address', value: url || USUAL, autocomplete: 'off', inputMode: 'url', spellcheck: false}), code = el('input', {id: 'code', className: 'code', autocomplete: 'off', spellcheck: false, maxLength: 12, placeholder: 'ABCD-2345'});
      const name = el('input', {id: 'device', value: pairing.deviceName(), maxLength: 60, autocomplete: 'off'}), wrong = el('p', {className: 'wrong', role: 'alert'}), button = el('button', {type: 'submit', className: 'primary'}, t('pair'));
      const made = el('form', {className: 'pair-form', noValidate: true},
        el('p', {}, t('pair_intro')), el('div', {className: 'field'}, el('label', {htmlFor: address.id}, t('address')), address), el('div', {className: 'field'}, el('label', {htmlFor: code.id}, t('code')), code, el('p', {className: 'muted'}, t('code_hint'))),
        el('div', {className: 'field'}, el('label', {htmlFor: name.id}, t('device_label')), name), wrong, el('div', {className: 'row'}, button));
      made.addEventListener('submit', async event => {
        event.preventDefault();
        for (const input of [address, code]) input.removeAttribute('aria-invalid');
        put(wrong, '');
        button.disabled = true;
        await connect(address.value, async whole => { pairing.code(code.value); await pairing.knock(whole); await pairing.claim(whole, code.value, name.value.trim() || pairing.deviceName()); }).catch(error => {
          put(wrong, error.message);
          const about = error.field === 'code' || error.code === 'PAIRING_REFUSED' ? code : error.field === 'url' || ['away', 'blocked', 'strange', 'version'].includes(error.code) ? address : null;
          about?.setAttribute('aria-invalid', 'true');
          about?.focus();
        });
        button.disabled = false;
        await draw();
      }, {signal});
      return made;
    }

    /** Ask for the permission to speak to that one address, then *work*. The permission has to be asked for at once, while the click counts. @param {string} typed @param {(url: string) => Promise<void>} work */
    async function connect(typed, work) {
      const url = pairing.address(typed), given = await chrome.permissions.request({origins: [pattern(url)]});
      if (!given && !await allowed(url)) throw Object.assign(new Error(t('error_no_permission', new URL(url).host)), {code: 'blocked', field: 'url'});
      await work(url);
    }

    /** @param {pairing.Pending} waits */
    function waiting(waits) {
      const host = new URL(waits.url).host;
      return [el('p', {}, t('waiting', host)), el('p', {className: 'digits', role: 'status', ariaLabel: t('digits_label', [...waits.check].join(' '))}, `${waits.check.slice(0, 3)} ${waits.check.slice(3)}`), el('p', {className: 'muted'}, t('waiting_hint')), why,
        el('div', {className: 'row'}, el('button', {type: 'button', onclick: async () => { await pairing.giveUp(); await draw(); }}, t('cancel')))];
    }

    /** @param {moving.Inheritance} old */
    function inherit(old) {
      const wrong = el('p', {className: 'wrong', role: 'alert'});
      const use = el('button', {type: 'button', className: 'primary', onclick: async () => {
        put(wrong, '');
        use.disabled = true;
        await connect(old.url, async url => { await pairing.knock(url); await pairing.byToken(url, old.token, pairing.deviceName()); await moving.settled(); }).catch(error => put(wrong, error.message));
        use.disabled = false;
        await draw();
      }}, t('inherit_use'));
      return [el('div', {className: 'note stack'}, el('p', {}, t(old.token ? 'inherit' : 'inherit_address', old.url)), wrong, el('div', {className: 'row'}, ...(old.token ? [use] : []), el('button', {type: 'button', onclick: async () => { await moving.settled(); await draw(); }}, t('inherit_drop'))))];
    }

    async function settle() {
      if (!await pairing.pending()) { await draw(); return; }
      try { const became = await pairing.settle(); put(why, became === 'refused' ? t('pair_refused') : ''); if (became !== 'pending') { await draw(); if (became === 'refused') box.prepend(why); } } catch (error) { put(why, /** @type {Error} */ (error).message); }
    }

    await draw();
    await store.watch(async seen => {
      drawLink(link, seen.link);
      if (await store.gateway()) put(why, ['refused', 'off'].includes(seen.link.state) ? seen.link.why : '');
      const button = document.getElementById('permit');
      if (button) button.hidden = seen.link.code !== 'blocked';
    }, signal);
    every(settle, LOOK_MS, signal);
  },
});

/* Tried on: no gateway, a wrong address, a page that is none, an old gateway, a wrong code, a yes, a no, a revoked device. */
