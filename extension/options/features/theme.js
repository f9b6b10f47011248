// Light, dark, or as the system has it.
import {$, el} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import * as store from '../../lib/store.js';
import {t} from '../../lib/words.js';

add('theme', {
  on: () => true,
  async init() {
    const {theme} = await store.wishes();
    const choice = (/** @type {store.Wishes['theme']} */ value) => el('label', {}, el('input', {type: 'radio', name: 'theme', value, checked: theme === value, onchange: () => store.wish({theme: value})}), el('span', {}, t(`theme_${value}`)));
    const box = el('div', {className: 'segments', role: 'radiogroup', ariaLabel: t('theme')}, choice('system'), choice('light'), choice('dark'));
    box.style.maxWidth = '400px';
    $('theme').append(box);
  },
});
