// The last few things that went on, for the diagnostics: words and codes only, never a token, a cookie, an amount or a title.
const MOST = 200;

/** Write a line down. @param {string} what dotted and past, such as link.lost @param {string} [why] */
export async function note(what, why = '') {
  const kept = /** @type {{at: number, what: string, why: string}[]} */ ((await chrome.storage.local.get('log')).log ?? []);
  await chrome.storage.local.set({log: [...kept, {at: Date.now(), what, why: why.slice(0, 200)}].slice(-MOST)});
}

/** What was written down, oldest first. @returns {Promise<{at: number, what: string, why: string}[]>} */
export const notes = async () => /** @type {{at: number, what: string, why: string}[]} */ ((await chrome.storage.local.get('log')).log ?? []);
