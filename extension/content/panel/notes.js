// What stands in the way: not connected, not logged in, stopped, a page that no longer fits; each with the one thing that mends it.
/** @import {Here, Part} from '../features/panel.js' */
import {newKey} from '../../lib/api.js';
import {el} from '../../lib/dom.js';
import {troubles} from '../../lib/frame.js';
import {t} from '../../lib/words.js';
import {run, send} from '../courier.js';
import {factsOf} from '../page-facts.js';
import {question} from './question.js';

const LOGIN = 'https://www.nellisauction.com/login';

/** @param {Here} here @returns {Part} */
export function notes({id, root}) {
  const node = el('div', {className: 'stack tight notes'});
  node.setAttribute('role', 'alert');
  let shown = '', gen = '0';
  /** @type {Record<string, () => HTMLElement>} */
  const mends = {
    options: () => el('button', {type: 'button', onclick: () => send({type: 'options'})}, t('open_options')),
    login: () => el('a', {className: 'button', href: LOGIN}, t('button_login')),
    resume: () => el('button', {type: 'button', onclick: async () => { if (await question(root, {title: t('resume_title'), text: t('resume_text'), yes: t('resume')})) await run({do: 'resume', gen, key: newKey()}); }}, t('resume')),
    connect: () => el('button', {type: 'button', className: 'primary', onclick: () => send({type: 'options'})}, t('connect')),
  };
  return {
    node,
    draw({seen, now}) {
      gen = seen.service?.gen ?? '0';
      const found = troubles(seen, now).map(one => ({...one, kind: 'alert'}));
      if (seen.link.state === 'unpaired') found.push({key: 'unpaired', text: t('panel_unpaired'), act: /** @type {any} */ ('connect'), kind: 'note'});
      if (factsOf(id).fits === false) found.push({key: 'misfit', text: t('page_misfit'), act: '', kind: 'note'});
      const now_ = found.map(one => one.key + one.text.replace(/\d+ (s|min|h)\b/g, '')).join('|');
      if (now_ === shown) return; // not read out again
      shown = now_;
      node.replaceChildren(...found.map(one => el('div', {className: one.kind}, el('p', {}, one.text), ...(one.act ? [el('div', {className: 'row'}, mends[one.act]())] : []))));
    },
  };
}
