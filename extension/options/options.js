// The options: one section per file, each with its own undo signal.
import {fillTexts, t} from '../lib/words.js';
import {dressPage} from '../lib/theme.js';
import {begin} from '../lib/kit.js';
import './features/gateway.js';
import './features/devices.js';
import './features/session.js';
import './features/notifications.js';
import './features/theme.js';
import './features/permissions.js';
import './features/diagnostics.js';

fillTexts(document);
document.title = t('options_title');
await dressPage();
chrome.runtime.sendMessage({type: 'hello'}).catch(() => {});
begin({url: location.href, lotId: ''}, (name, error) => console.error(name, error));
