// What is told by a notification of this browser.
import {$, el} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {t} from '../../lib/words.js';

add('notifications', {
  on: () => true,
  async init() {
    const {tell} = await store.wishes();
    const box = (/** @type {keyof store.Tell} */ kind) => el('input', {type: 'checkbox', checked: tell[kind], data: {kind}, onchange: async (/** @type {any} */ event) => {
      await store.wish({tell: {...(await store.wishes()).tell, [kind]: event.target.checked}});
    }});
    $('notifications').append(el('p', {className: 'muted'}, t('notifications_intro')), ...Object.keys(store.USUAL.tell).map(kind => el('label', {className: 'check'}, box(/** @type {keyof store.Tell} */ (kind)), t(`tell_${kind}`))));
  },
});
