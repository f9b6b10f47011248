// What is known of the page's lot beside the picture: whether the page fits, the price that it shows, and the rates where it is not watched.
/** @import {Rates} from '../lib/types.js' */

/** @typedef {{fits: boolean | null, cents: number, rates: Rates | null}} Facts */
/** @type {Map<string, Facts>} */
const facts = new Map();

/** What is known of the lot's page. @param {string} id @returns {Facts} */
export const factsOf = id => facts.get(id) ?? {fits: null, cents: 0, rates: null};
/** @param {string} id */
export const ratesOf = id => factsOf(id).rates;
/** The page shows a price, or none. @param {string} id @param {boolean} fits @param {number} [cents] */
export const fit = (id, fits, cents = 0) => learn(id, {fits, cents});
/** @param {string} id @param {Rates} rates */
export const rated = (id, rates) => learn(id, {rates});

/** @param {string} id @param {Partial<Facts>} news */
function learn(id, news) {
  const before = factsOf(id), now = {...before, ...news};
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  facts.set(id, now);
  document.dispatchEvent(new CustomEvent('bidwright:facts'));
}
