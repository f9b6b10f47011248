// Every text comes from the catalogue.
import TEXTS from '../texts.js';
import {spokenWith} from '../../shared/spoken.js';

export {allInText, clockTime, hammerText, moment} from '../../shared/spoken.js';

// The text under *key*, with *parts* in the places $1, $2 …
export const t = (key, ...parts) => (TEXTS[key] ?? `${key} ${parts.join(' ')}`).replace(/\$(\d)/g, (_, n) => parts[n - 1] ?? '');
export const has = key => key in TEXTS;

export const {many, left, span, later} = spokenWith(t);

export const joined = (...parts) => parts.filter(Boolean).join(' · ');
