// Diagnostics to send to whoever helps: what this extension is and what went on, without keys, cookies, titles or amounts.
import {$, el} from '../../lib/dom.js';
import {add} from '../../lib/kit.js';
import {diagnosis} from '../../lib/diagnosis.js';
import {t} from '../../lib/words.js';

add('diagnostics', {
  on: () => true,
  init() {
    const shown = el('pre', {tabIndex: 0, ariaLabel: t('diagnostics'), hidden: true});
    const save = el('button', {type: 'button', onclick: async () => {
      const text = JSON.stringify(await diagnosis(), null, 1);
      shown.hidden = false;
      shown.textContent = text;
      const url = URL.createObjectURL(new Blob([text], {type: 'application/json'}));
      el('a', {href: url, download: 'bidwright-diagnostics.json'}).click();
      URL.revokeObjectURL(url);
    }}, t('diagnostics_save'));
    $('diagnostics').append(el('p', {className: 'muted'}, t('diagnostics_intro')), el('div', {className: 'row hint'}, save), shown);
  },
});
