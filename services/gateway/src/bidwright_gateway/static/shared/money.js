// Money in whole cents, rounded as the gateway rounds it: premium and tax half up, each on whole cents.
const BASIS = 10_000, MOST_CENTS = 99_999_900;

/** Cents of a text such as "41", "$1,041.50"; null when it is no amount, has part of a cent, or is not above zero. @param {string} text */
export function cents(text) {
  const found = /^\$?\s*(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!found) return null;
  const made = Number(found[1].replaceAll(',', '')) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  return made > 0 && made <= MOST_CENTS ? made : null;
}

/** Hundredths of a percent of a percentage; null when it is none. @param {string | number} percent */
export function basisPoints(percent) {
  const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(String(percent).trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

/**
 * What a hammer price of *hammer* cents costs out the door, in cents; null when the rates cannot be read.
 * @param {number} hammer @param {{premium: string | number, tax: string | number}} rates
 */
export function allIn(hammer, rates) {
  const premium = basisPoints(rates.premium), tax = basisPoints(rates.tax);
  if (premium === null || tax === null) return null;
  const fee = share(hammer, premium);
  return hammer + fee + share(hammer + fee, tax);
}

/**
 * The largest whole dollar, in cents, whose all-in price is not above *most* cents; 0 when there is none, null without rates.
 * @param {number} most @param {{premium: string | number, tax: string | number}} rates
 */
export function hammerCap(most, rates) {
  if (allIn(100, rates) === null) return null;
  let low = 0, high = Math.floor(most / 100);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (/** @type {number} */ (allIn(middle * 100, rates)) <= most) low = middle; else high = middle - 1;
  }
  return low * 100;
}

/** @param {number} amount @param {number} points */
const share = (amount, points) => Math.floor((amount * points + BASIS / 2) / BASIS);
