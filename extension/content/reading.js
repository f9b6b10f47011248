// What can be read off a page of the site without knowing how it is made: the largest dollar amount is the price, the first heading the title.
import {cents} from '../lib/money.js';
import {isOurs} from './shadow.js';

const AMOUNT = /^\$\s?\d[\d,]*(\.\d{2})?$/, LEAST_PX = 16;

/** The element that shows the price, and the price in cents; null when the page shows none. */
export function priceOn(root = document.body) {
  /** @type {{node: HTMLElement, cents: number, size: number} | null} */
  let best = null;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent?.trim() ?? '', node = walk.currentNode.parentElement;
    if (!node || !AMOUNT.test(text) || node.closest('del, s, nav, header, footer, table, form') || isOurs(node)) continue;
    const found = text.replace(/^\$\s?/, '') === '0' ? 0 : cents(text);
    if (found === null || !node.checkVisibility()) continue;
    const size = Number.parseFloat(getComputedStyle(node).fontSize);
    if (size >= LEAST_PX && (!best || size > best.size)) best = {node, cents: found, size};
  }
  return best;
}

/** The lot's name as the page has it; empty when it has none. */
export function titleOn() {
  return document.querySelector('main h1, h1')?.textContent?.trim() ?? document.querySelector('meta[property="og:title"]')?.getAttribute('content') ?? '';
}

/** Links to lots that stand for the lot on a list: the largest of each. @returns {Map<string, HTMLElement>} by lot */
export function lotLinks(/** @type {(address: string) => string} */ idOf) {
  /** @type {Map<string, {node: HTMLElement, area: number}>} */
  const found = new Map();
  for (const node of document.querySelectorAll('a[href*="/p/"], a[href*="/auction/"]')) {
    const id = idOf(/** @type {HTMLAnchorElement} */ (node).href), {width, height} = node.getBoundingClientRect(), area = width * height;
    if (id && width >= 60 && height >= 20 && area > (found.get(id)?.area ?? 0)) found.set(id, {node: /** @type {HTMLElement} */ (node), area});
  }
  return new Map([...found].map(([id, {node}]) => [id, node]));
}
