// The time, as often as somebody looks: a second for words, a quarter of one for rings. What shows it draws itself anew when it changes.
import {signal} from '../lib/html.js';

export const second = signal(Date.now());
export const quarter = signal(Date.now());

let beats = 0;
setInterval(() => {
  quarter.value = Date.now();
  if (++beats % 4 === 0) second.value = Date.now();
}, 250);
