// The badge: how many lots are armed; red when something needs the user. The words stand in the button's title.
import {badge} from '../lib/lots.js';
import {many, t} from '../lib/words.js';
import * as store from '../lib/store.js';

const BLUE = '#2456b3', RED = '#b3261e';
let shown = '', due = false;

/** Draw it from the store, at most a few times a second. */
export function paintBadge() {
  if (due) return;
  due = true;
  setTimeout(() => { due = false; paint().catch(() => {}); }, 100);
}

async function paint() {
  const {lots, service, link} = await store.snapshot(), made = badge(lots, service, link, Date.now());
  const words = [t('name'), link.state === 'unpaired' ? t('badge_unpaired') : many('armed_lots', made.armed), made.alarm ? t('badge_needs') : ''].filter(Boolean).join(' · ');
  const now = JSON.stringify([made, words]);
  if (now === shown) return;
  shown = now;
  await chrome.action.setBadgeText({text: made.text});
  await chrome.action.setBadgeBackgroundColor({color: made.alarm ? RED : BLUE});
  await chrome.action.setBadgeTextColor({color: '#ffffff'});
  await chrome.action.setTitle({title: words});
}
