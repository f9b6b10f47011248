// The one thing that mends a trouble, as a button; nothing where there is none.
import {el} from './dom.js';
import {t} from './words.js';

/** @param {'' | 'options' | 'login' | 'resume'} act @param {() => void} resume */
export function mend(act, resume) {
  if (act === 'options') return [el('div', {className: 'row'}, el('button', {type: 'button', onclick: () => chrome.runtime.openOptionsPage()}, t('open_options')))];
  if (act === 'login') return [el('div', {className: 'row'}, el('a', {className: 'button', href: 'https://www.nellisauction.com/login', target: '_blank', rel: 'noopener'}, t('button_login')))];
  return act === 'resume' ? [el('div', {className: 'row'}, el('button', {type: 'button', onclick: resume}, t('resume')))] : [];
}
