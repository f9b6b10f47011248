// Who else may steer this Bidwright. A device can let itself go; others are let go on the host.
import {ask} from '../../lib/api.js';
import {$, el} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {moment, t} from '../../lib/words.js';

add('devices', {
  on: () => true,
  async init(signal) {
    const list = el('ul', {className: 'devices'});
    $('devices').append(list, el('p', {className: 'muted hint'}, t('devices_hint')));
    let was = '';
    await store.watch(async ({link}) => {
      $('devices').hidden = link.state !== 'on';
      if (link.state === was) return;
      was = link.state;
      if (link.state !== 'on') return;
      try {
        const {devices, you} = await ask('GET', '/api/devices');
        list.replaceChildren(...devices.map((/** @type {any} */ one) => el('li', {}, el('span', {className: 'grow'}, el('strong', {}, one.name), one.id === you ? ` · ${t('this_browser')}` : ''),
          el('span', {className: 'muted tabular'}, t('device_used', moment(one.pairedAt), one.lastUsedAt ? moment(one.lastUsedAt) : t('never'))))));
      } catch (error) { list.replaceChildren(el('li', {className: 'wrong'}, /** @type {Error} */ (error).message)); }
    }, signal);
  },
});
