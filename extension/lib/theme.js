// The theme: light, dark, or as the system has it. Colours follow color-scheme by themselves.
import * as store from './store.js';

/** @param {HTMLElement} node @param {string | undefined} theme */
export function dress(node, theme) { node.style.colorScheme = theme === 'light' || theme === 'dark' ? theme : ''; }

/** Dress this page of ours, now and whenever the wish changes. */
export async function dressPage() {
  dress(document.documentElement, (await store.wishes()).theme);
  chrome.storage.local.onChanged.addListener(changes => { if (changes.wishes) dress(document.documentElement, /** @type {any} */ (changes.wishes.newValue)?.theme); });
}
