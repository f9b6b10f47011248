// Moving in from the old extension: put in its folder, this one has its storage, with an address and a token in it.
const OLD = ['backendUrl', 'authToken', 'backend', 'autoRefresh', 'refreshInterval', 'notificationsEnabled', 'notifyOutbid', 'notifyWon', 'notifyEnding', 'defaultMaxBid', 'bidIncrement', 'defaultStrategy', 'bidSettings', 'notifications', 'extensionEnabled'];

/** What the old one left, made whole: where its gateway was and with what token. @typedef {{url: string, token: string}} Inheritance */

/** Take over what the old extension kept, once; true when there was something. The rest of its settings is let go. */
export async function moveIn() {
  const old = /** @type {any} */ ({...await chrome.storage.sync.get(OLD), ...await chrome.storage.local.get(OLD)});
  const url = old.backendUrl || old.backend?.url || '', token = old.authToken || old.backend?.token || '';
  await chrome.storage.local.remove(OLD);
  await chrome.storage.sync.remove(OLD);
  if (typeof url !== 'string' || !url) return false;
  await chrome.storage.local.set({inherited: {url, token: typeof token === 'string' ? token : ''}});
  return true;
}

/** What was taken over and not used yet. @returns {Promise<Inheritance | null>} */
export const inherited = async () => /** @type {Inheritance | undefined} */ ((await chrome.storage.local.get('inherited')).inherited) ?? null;
/** It was used, or is not wanted. */
export const settled = () => chrome.storage.local.remove('inherited');
