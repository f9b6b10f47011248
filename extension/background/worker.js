// The worker: listeners only, all at the top, since it is started anew for each event after the browser put it to sleep.
// It keeps nothing but the open connection; everything else is in the store.
import {answer} from './answer.js';
import {paintBadge} from './badge.js';
import {cookieChanged, syncSession} from './cookies.js';
import {ensure, reconnect} from './link.js';
import {noteClicked, noteButton} from './notices.js';
import {moveIn} from '../lib/moving.js';
import {run} from '../lib/commands.js';
import {newKey} from '../lib/api.js';
import {note} from '../lib/log.js';
import * as store from '../lib/store.js';

const NET = 'net', EVERY_MINUTES = 0.5;

chrome.runtime.onInstalled.addListener(async ({reason}) => {
  await note('extension.installed', reason);
  if (await moveIn()) await chrome.runtime.openOptionsPage();
  else if (reason === 'install') await chrome.runtime.openOptionsPage();
  await begin();
});
chrome.runtime.onStartup.addListener(() => begin());
chrome.alarms.onAlarm.addListener(alarm => alarm.name === NET ? begin() : undefined);
chrome.cookies.onChanged.addListener(change => cookieChanged(change));
chrome.notifications.onClicked.addListener(id => noteClicked(id));
chrome.notifications.onButtonClicked.addListener((id, button) => noteButton(id, button));
chrome.notifications.onClosed.addListener(() => {});
chrome.permissions.onAdded.addListener(() => reconnect());
chrome.permissions.onRemoved.addListener(() => reconnect());
chrome.storage.local.onChanged.addListener(changes => { if ('gateway' in changes) reconnect(); });
chrome.storage.session.onChanged.addListener(() => paintBadge());
chrome.commands.onCommand.addListener(async name => {
  if (name === 'stop') await run({do: 'halt', key: newKey()}).catch(error => note('stop.failed', String(error.code ?? error.name)));
});
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  answer(message, sender).then(reply);
  return true; // answered later
});

/** Everything that has to hold whenever the worker runs: the net is spread, pages may look, the connection stands, the session is in step. */
async function begin() {
  await chrome.storage.session.setAccessLevel({accessLevel: 'TRUSTED_AND_UNTRUSTED_CONTEXTS'}); // pages of the site draw what is in it: no secret is
  await chrome.storage.local.setAccessLevel?.({accessLevel: 'TRUSTED_CONTEXTS'});
  if (!await chrome.alarms.get(NET)) await chrome.alarms.create(NET, {periodInMinutes: EVERY_MINUTES});
  await ensure();
  await syncSession('start');
}

store.showView().then(begin).catch(error => note('worker.failed', String(error)));
