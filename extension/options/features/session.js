// The session at the site: whether the gateway has a good one, and where to log in.
import {$, el, put} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {t} from '../../lib/words.js';

const SITES = ['*://www.nellisauction.com/*', '*://nellisauction.com/*'];

add('session', {
  on: () => true,
  async init(signal) {
    const state = el('p', {role: 'status'}), login = el('a', {className: 'button', href: 'https://www.nellisauction.com/login', target: '_blank', rel: 'noopener'}, t('button_login'));
    $('session').append(state, el('p', {className: 'muted hint'}, t('session_hint')), el('div', {className: 'row hint'}, login));
    const access = el('button', {type: 'button', className: 'primary', hidden: true, onclick: () => chrome.permissions.request({origins: SITES})}, t('permit_site'));
    const shut = el('p', {className: 'wrong', role: 'alert'});
    $('session').prepend(...$('session').querySelectorAll('h2'), shut, access);
    await store.watch(async ({link, service}) => {
      const open = await chrome.permissions.contains({origins: SITES});
      put(shut, open ? '' : t('session_no_access'));
      access.hidden = open;
      $('session').hidden = link.state === 'unpaired' || !service;
      const good = service?.session === 'ok';
      put(state, t(`session_${['ok', 'expired', 'missing', 'unchecked', 'unreadable'].includes(service?.session ?? '') ? service?.session : 'unchecked'}`));
      state.className = good || service?.session === 'unchecked' ? '' : 'wrong';
      login.hidden = good;
    }, signal);
  },
});
