// Several lots chosen, to be changed together.
import {signal} from '../../lib/html.js';

export const choosing = signal(false);
export const chosen = signal(new Set());

export function toggle(id) {
  const next = new Set(chosen.value);
  if (!next.delete(id)) next.add(id);
  chosen.value = next;
}

export function choose(ids) { chosen.value = new Set(ids); }

export function leave() { choosing.value = false; chosen.value = new Set(); }
