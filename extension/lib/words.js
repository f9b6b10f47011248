// Every text comes from the catalogue in _locales.
import {spokenWith} from './spoken.js';

export {allInText, clockTime, hammerText, moment} from './spoken.js';

/** The text under *key*, with *parts* in the places $1, $2 …; the key itself where there is no catalogue. @param {string} key @param {...(string | number)} parts */
export function t(key, ...parts) {
  const found = globalThis.chrome?.i18n?.getMessage(key, parts.map(String));
  return found || [key, ...parts].join(' ');
}

export const {many, left, span, later} = spokenWith(t);

/** Put the catalogue's texts where a page asks for them with data-t (content) or data-t-label (name). @param {ParentNode} root */
export function fillTexts(root) {
  if (root === document) document.documentElement.lang = t('locale');
  for (const node of root.querySelectorAll('[data-t]')) node.textContent = t(node.getAttribute('data-t') ?? '');
  for (const node of root.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.getAttribute('data-t-label') ?? ''));
}
