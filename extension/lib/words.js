// Every text comes from the catalogue in _locales; numbers and times are written for people here.
const dollars = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD'});
const whole = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD', maximumFractionDigits: 0});

/** The text under *key*, with *parts* in the places $1, $2 …; the key itself where there is no catalogue. @param {string} key @param {...(string | number)} parts */
export function t(key, ...parts) {
  const found = globalThis.chrome?.i18n?.getMessage(key, parts.map(String));
  return found || [key, ...parts].join(' ');
}

/** A number of things in words: the text under *key*_one or *key*_many. @param {string} key @param {number} count */
export const many = (key, count) => t(count === 1 ? `${key}_one` : `${key}_many`, count);

/** Dollars with cents, for all-in amounts. @param {number | null | undefined} amount */
export const allInText = amount => dollars.format(amount ?? 0);
/** Whole dollars where they are whole, for hammer prices. @param {number | null | undefined} amount */
export const hammerText = amount => (Number.isInteger(amount ?? 0) ? whole : dollars).format(amount ?? 0);

/** The time of day with seconds. @param {number} ms */
export const clockTime = ms => new Date(ms).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

/** The same with the day, unless it is today. @param {number} ms */
export function moment(ms) {
  const at = new Date(ms);
  return at.toDateString() === new Date().toDateString() ? clockTime(ms) : `${at.toLocaleDateString([], {day: 'numeric', month: 'short'})} ${clockTime(ms)}`;
}

/** Time left: minutes until two minutes, then seconds. @param {number} seconds */
export function left(seconds) {
  if (seconds >= 86400) return t('left_days', Math.floor(seconds / 86400), Math.floor(seconds % 86400 / 3600));
  if (seconds >= 3600) return t('left_hours', Math.floor(seconds / 3600), String(Math.floor(seconds % 3600 / 60)).padStart(2, '0'));
  if (seconds >= 120) return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return t('left_seconds', Math.max(0, Math.floor(seconds)));
}

/** How long something took or is ago. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return t('left_seconds', seconds);
  return seconds < 7200 ? t('span_minutes', Math.round(seconds / 60)) : t('span_hours', Math.round(seconds / 3600));
}

/** Time since the step before. @param {number | null | undefined} ms */
export function later(ms) {
  if (ms === null || ms === undefined) return '';
  if (ms < 1) return t('later_at_once');
  return ms < 1000 ? t('later_ms', ms) : t('later', ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : span(ms));
}

/** Put the catalogue's texts where a page asks for them with data-t (content) or data-t-label (name). @param {ParentNode} root */
export function fillTexts(root) {
  if (root === document) document.documentElement.lang = t('locale');
  for (const node of root.querySelectorAll('[data-t]')) node.textContent = t(node.getAttribute('data-t') ?? '');
  for (const node of root.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.getAttribute('data-t-label') ?? ''));
}
