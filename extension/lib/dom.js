// Making elements. Text goes in as text only: nothing from the site or the gateway is ever read as markup.
import {SHAPES} from './shapes.js';

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name @param {Record<string, any>} [attributes] on… listens, data fills the dataset, the rest are properties or attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key === 'data') Object.assign(made.dataset, value);
    else if (key in made && key !== 'list' && key !== 'role') /** @type {any} */ (made)[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** @param {string} name @param {Record<string, string | number>} [attributes] @param {...(Node | string)} children */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Set a text only when it differs, so that nothing is read out twice. @param {Node | null} node @param {string} text */
export function put(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** The element with this id. Raises TypeError when the page has none. @param {string} id @param {Document | ShadowRoot} [root] */
export function $(id, root = document) {
  const found = root.getElementById(id);
  if (!found) throw new TypeError(`the page has no #${id}`);
  return found;
}

/** The shape of a state. @param {string} state */
export const shape = state =>
  svg('svg', {viewBox: '0 0 16 16', 'aria-hidden': 'true'}, svg('path', {d: SHAPES[state] ?? SHAPES.watching, fill: 'currentColor', 'fill-rule': 'evenodd'}));
