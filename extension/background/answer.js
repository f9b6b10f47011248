// What pages of the site may ask the worker: the commands of a lot, and to open a page of ours. Everything else is not answered.
import {ApiError} from '../lib/api.js';
import {run} from '../lib/commands.js';
import * as store from '../lib/store.js';
import {t} from '../lib/words.js';
import {syncSession} from './cookies.js';
import {ensure} from './link.js';

const SITES = new Set(['https://www.nellisauction.com', 'https://nellisauction.com']);

/**
 * @param {any} message @param {chrome.runtime.MessageSender} sender
 * @returns {Promise<{ok: true, value?: any} | {ok: false, error: string, code: string, field: string}>}
 */
export async function answer(message, sender) {
  const origin = sender.url ? new URL(sender.url).origin : '';
  if (sender.id !== chrome.runtime.id || !(SITES.has(origin) || origin === new URL(chrome.runtime.getURL('')).origin)) return wrong(new ApiError(t('error_command', ''), 'command'));
  try {
    if (message?.type === 'hello') { await chrome.storage.session.setAccessLevel({accessLevel: 'TRUSTED_AND_UNTRUSTED_CONTEXTS'}); await store.showView(); await ensure(); syncSession('page'); return {ok: true}; }
    if (message?.type === 'options') { await chrome.runtime.openOptionsPage(); return {ok: true}; }
    if (message?.type === 'panel') { if (sender.tab?.windowId !== undefined) await chrome.sidePanel.open({windowId: sender.tab.windowId}); return {ok: true}; }
    if (message?.type === 'fold') { await store.wish({folded: message.folded === true}); return {ok: true}; }
    if (message?.type === 'run') return {ok: true, value: await run(message.command)};
    return wrong(new ApiError(t('error_command', String(message?.type)), 'command'));
  } catch (error) {
    return wrong(error);
  }
}

/** @param {any} error @returns {{ok: false, error: string, code: string, field: string}} */
const wrong = error => ({ok: false, error: error.message ?? String(error), code: error.code ?? '', field: error.field ?? ''});
