// Settings: what new watches begin with, how you are told, who may steer this, the look, what is kept outside.
import {html, useEffect} from '../lib/html.js';
import {t} from '../lib/words.js';
import {Belongings} from './settings/belongings.js';
import {Defaults} from './settings/defaults.js';
import {Devices} from './settings/devices.js';
import {Notices} from './settings/notices.js';
import {Session} from './settings/session.js';
import {Theme} from './settings/theme.js';
import {Wishes} from './settings/wishes.js';

export function Settings() {
  useEffect(() => localStorage.setItem('guideNotices', '1'), []);
  return html`<h2 tabindex="-1">${t('page_settings')}</h2><${Notices} /><${Wishes} /><${Devices} /><${Session} /><${Defaults} /><${Theme} /><${Belongings} />`;
}
