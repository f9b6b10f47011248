// Making elements. Text goes in as text only: nothing from the site or the gateway is ever read as markup.

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

/** @type {Record<string, string>} One shape per state, so that colour is never alone. */
const SHAPES = {
  watching: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  armed: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  winning: 'M6.500 12.500 2 8l1.500-1.500 3 3 6-6L14 5z',
  outbid: 'M8 2l5.500 6H10v6H6V8H2.500z',
  needs: 'M8 1.500 15 14H1zM7.200 6v4h1.600V6zm0 5v1.600h1.600V11z',
  doubt: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 10.200h1.600v1.600H7.200zM5.300 6C5.400 4.500 6.500 3.600 8 3.600c1.600 0 2.700.9 2.700 2.300 0 1.800-1.900 2-1.900 3.600v.3H7.200v-.4c0-2 1.800-2.300 1.800-3.400 0-.6-.4-1-1-1s-1 .4-1.100 1z',
  won: 'M6.500 12.500 2 8l1.500-1.500 3 3 6-6L14 5z',
  lost: 'M3 7h10v2H3z',
  ended: 'M3 7h10v2H3z',
  stale: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 3h1.600v3.700l2.400 2.400-1.100 1.100-2.900-2.900z',
};

/** The shape of a state. @param {string} state */
export const shape = state =>
  svg('svg', {viewBox: '0 0 16 16', 'aria-hidden': 'true'}, svg('path', {d: SHAPES[state] ?? SHAPES.watching, fill: 'currentColor', 'fill-rule': 'evenodd'}));
