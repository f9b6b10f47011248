// The session at the site: whether the gateway has a good one, and where to log in.
import {$, el, put} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {t} from '../../lib/words.js';

add('session', {
  on: () => true,
  async init(signal) {
    const state = el('p', {role: 'status'}), login = el('a', {className: 'button', href: 'https://www.nellisauction.com/login', target: '_blank', rel: 'noopener'}, t('button_login'));
    $('session').append(state, el('p', {className: 'muted hint'}, t('session_hint')), el('div', {className: 'row hint'}, login));
    await store.watch(({link, service}) => {
      $('session').hidden = link.state === 'unpaired' || !service;
      const good = service?.session === 'ok';
      put(state, t(`session_${['ok', 'expired', 'missing', 'unchecked', 'unreadable'].includes(service?.session ?? '') ? service?.session : 'unchecked'}`));
      state.className = good || service?.session === 'unchecked' ? '' : 'wrong';
      login.hidden = good;
    }, signal);
  },
});
