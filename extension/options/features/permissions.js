// Every permission in plain words: what it is for, and what happens without it.
import {$, el} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {t} from '../../lib/words.js';

add('permissions', {
  on: () => true,
  async init() {
    const asked = chrome.runtime.getManifest(), gateway = await store.gateway();
    const rows = [...(asked.host_permissions?.length ? ['site'] : []), ...(asked.permissions ?? []), 'gateway'];
    $('permissions').append(el('p', {className: 'muted'}, t('permissions_intro')), el('table', {}, el('tbody', {}, ...rows.map(name =>
      el('tr', {}, el('th', {scope: 'row'}, t(`permission_${name}`)), el('td', {}, name === 'gateway' ? t('permission_gateway_why', gateway?.url ?? t('none')) : t(`permission_${name}_why`)))))));
  },
});
