// Amounts and times as people say them, the same on every surface. Texts come from a catalogue of the surface's own.

const dollars = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD'});
const whole = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD', maximumFractionDigits: 0});

/** Dollars with cents, for all-in amounts. @param {number | null | undefined} amount */
export const allInText = amount => dollars.format(amount ?? 0);
/** Whole dollars where they are whole, for hammer prices. @param {number | null | undefined} amount */
export const hammerText = amount => (Number.isInteger(amount ?? 0) ? whole : dollars).format(amount ?? 0);

/** The time of day with seconds. @param {number | string | Date} when */
export const clockTime = when => new Date(when).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

/** The same with the day, unless it is today. @param {number | string | Date} when */
export function moment(when) {
  const at = new Date(when);
  return at.toDateString() === new Date().toDateString() ? clockTime(at) : `${at.toLocaleDateString('en-US', {day: 'numeric', month: 'short'})} ${clockTime(at)}`;
}

/** What is said with texts of the catalogue. @param {(key: string, ...parts: (string | number)[]) => string} t the text under a key, with its parts filled in */
export function spokenWith(t) {
  /** A number of things: the text under *key*_one or *key*_many. @param {string} key @param {number} count @param {...(string | number)} more */
  const many = (key, count, ...more) => t(count === 1 ? `${key}_one` : `${key}_many`, count, ...more);

  /** Time left: minutes until two minutes, then seconds. @param {number} seconds */
  function left(seconds) {
    if (seconds >= 86400) return t('left_days', Math.floor(seconds / 86400), Math.floor(seconds % 86400 / 3600));
    if (seconds >= 3600) return t('left_hours', Math.floor(seconds / 3600), String(Math.floor(seconds % 3600 / 60)).padStart(2, '0'));
    if (seconds >= 120) return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
    return t('left_seconds', Math.max(0, Math.floor(seconds)));
  }

  /** How long something took or is ago. @param {number} ms */
  function span(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 120) return t('left_seconds', seconds);
    if (seconds < 7200) return t('span_minutes', Math.round(seconds / 60));
    return seconds < 172_800 ? t('span_hours', Math.round(seconds / 3600)) : t('span_days', Math.round(seconds / 86_400));
  }

  /** Time since the step before. @param {number | null | undefined} ms */
  function later(ms) {
    if (ms === null || ms === undefined) return '';
    if (ms < 1) return t('later_at_once');
    return ms < 1000 ? t('later_ms', ms) : t('later', ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : span(ms));
  }

  return {many, left, span, later};
}
