// Every text comes from the catalogue; numbers and times are written for people here.
import TEXTS from '../texts.js';

const dollars = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD'});
const whole = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD', maximumFractionDigits: 0});

// The text under *key*, with *parts* in the places $1, $2 …
export const t = (key, ...parts) => (TEXTS[key] ?? `${key} ${parts.join(' ')}`).replace(/\$(\d)/g, (_, n) => parts[n - 1] ?? '');
export const has = key => key in TEXTS;

// A number of things in words: the text under *key*_one or *key*_many.
export const many = (key, count, ...more) => t(count === 1 ? `${key}_one` : `${key}_many`, count, ...more);

// Dollars with cents, for all-in amounts.
export const allInText = amount => dollars.format(amount ?? 0);
// Whole dollars where they are whole, for hammer prices.
export const hammerText = amount => (Number.isInteger(amount ?? 0) ? whole : dollars).format(amount ?? 0);

// The time of day with seconds.
export const clockTime = ms => new Date(ms).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

// The same with the day, unless it is today.
export function moment(when) {
  const at = new Date(when);
  return at.toDateString() === new Date().toDateString() ? clockTime(at) : `${at.toLocaleDateString('en-US', {day: 'numeric', month: 'short'})} ${clockTime(at)}`;
}

// Time left: minutes until two minutes, then seconds.
export function left(seconds) {
  if (seconds >= 86400) return t('left_days', Math.floor(seconds / 86400), Math.floor(seconds % 86400 / 3600));
  if (seconds >= 3600) return t('left_hours', Math.floor(seconds / 3600), String(Math.floor(seconds % 3600 / 60)).padStart(2, '0'));
  if (seconds >= 120) return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return t('left_seconds', Math.max(0, Math.floor(seconds)));
}

// How long something took or is ago.
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return t('left_seconds', seconds);
  if (seconds < 7200) return t('span_minutes', Math.round(seconds / 60));
  return seconds < 172_800 ? t('span_hours', Math.round(seconds / 3600)) : t('span_days', Math.round(seconds / 86_400));
}

// Time since the step before.
export function later(ms) {
  if (ms === null || ms === undefined) return '';
  if (ms < 1) return t('later_at_once');
  return ms < 1000 ? t('later_ms', ms) : t('later', ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : span(ms));
}

export const joined = (...parts) => parts.filter(Boolean).join(' · ');
