// Short notices in a corner: the newest two, gone by themselves; what they said stays in a list.
import {signal} from '../lib/html.js';

const MOST = 2, LASTS_MS = 6000, KEPT = 50;

export const toasts = signal([]);
export const lately = signal([]);

// *key*: a newer one of the same key takes the older one's place. *bad*: something asked for went wrong; it waits to be closed.
export function toast(text, {key = text, bad = false} = {}) {
  const made = {key, text, bad};
  toasts.value = [...toasts.value.filter(one => one.key !== key), made].slice(-MOST);
  if (!bad) setTimeout(() => { toasts.value = toasts.value.filter(one => one !== made); }, LASTS_MS);
}
export const clearToast = key => { if (toasts.value.some(one => one.key === key)) toasts.value = toasts.value.filter(one => one.key !== key); };

// A sentence of the gateway's about something that happened.
export function alsoTell({message, auctionId}) {
  toast(message, {key: `note-${auctionId}`});
  lately.value = [{at: Date.now(), message, auctionId}, ...lately.value].slice(0, KEPT);
}

// Runs something that a person asked for; what goes wrong is shown in words. Gives whether it went well.
export async function tell(work) {
  try { await work(); clearToast('action'); return true; } catch (error) { toast(error.message, {key: 'action', bad: true}); return false; }
}
