// A question within the panel, with a yes and a no.
import {el} from '../../lib/dom.js';
import {t} from '../../lib/words.js';

/** @param {ShadowRoot} root @param {{title: string, text: string, yes: string}} asked @returns {Promise<boolean>} */
export function question(root, {title, text, yes}) {
  const box = el('dialog', {className: 'ask', ariaLabel: title}, el('div', {className: 'stack'}, el('h2', {}, title), el('p', {}, text),
    el('div', {className: 'row end'}, el('button', {type: 'button', onclick: () => box.close('')}, t('cancel')), el('button', {type: 'button', className: 'primary', onclick: () => box.close('yes')}, yes))));
  root.append(box);
  box.showModal();
  return new Promise(resolve => box.addEventListener('close', () => { box.remove(); resolve(box.returnValue === 'yes'); }));
}
