// One line of health: a shape, a word, what it is, and where it is wrong what to do.
import {html} from '../../lib/html.js';
import {t} from '../../lib/words.js';
import {Shape} from '../../parts/shape.js';

export const Line = ({name, ok, text, todo, children}) => html`<li class="health-line" data-ok=${ok ? '1' : '0'}>
  <span class="state" data-state=${ok ? 'ok' : 'bad'}><${Shape} of=${ok ? 'ok' : 'bad'} /> ${t(ok ? 'check_ok' : 'check_wrong')}</span>
  <strong>${name}</strong><div>${text}${!ok && todo && html`<p class="todo">${t('do_this', todo)}</p>`}${children}</div></li>`;
