// What a page reads for itself: once, again whenever the connection came back, and every so often while somebody looks.
import {html, useEffect, useRef, useState} from '../lib/html.js';
import {rest} from '../lib/rest.js';
import {span, t} from '../lib/words.js';
import {link} from './link.js';

// {data, error, at, reload}: *data* stays when a later read fails, and *error* then says so. *path* null: nothing is read.
export function useReading(path, {every = 0, on = ''} = {}) {
  const [state, set] = useState({data: null, error: '', at: 0}), turn = useRef(0), since = link.value.state === 'on' ? link.value.since : 0;
  const reload = async () => {
    const mine = ++turn.current;
    try {
      const data = await rest('GET', path);
      if (mine === turn.current) set({data, error: '', at: Date.now()});
    } catch (error) { if (mine === turn.current) set(known => ({...known, error: error.message})); }
  };
  useEffect(() => {
    if (!path) return undefined;
    if (since || !state.at) reload();
    const timer = every && setInterval(() => { if (!document.hidden && link.value.state === 'on') reload(); }, every);
    return () => { turn.current += 1; clearInterval(timer); };
  }, [path, since, on]);
  return {...state, reload};
}

// Something a person asked for, one at a time: *run(work)* gives whether it went well; *wrong* is the error of the last one that did not.
export function useDeed() {
  const [busy, occupy] = useState(false), [wrong, fail] = useState(null), [done, say] = useState('');
  const run = async (work, word = '') => {
    occupy(true); fail(null); say('');
    try { await work(); say(word); return true; } catch (error) { fail(error); return false; } finally { occupy(false); }
  };
  return {busy, wrong, done, run, clear: () => { fail(null); say(''); }, refuse: fail};
}

// What stands in the place of something that is being read, or could not be.
export function Unread({reading, name = ''}) {
  const {data, error, at, reload} = reading;
  if (data && !error) return null;
  if (!error) return html`<p class="muted" role="status">${t('reading')}</p>`;
  return html`<div class="unread" data-name=${name} role="alert"><p class="wrong">${data ? t('failed_old', span(Date.now() - at), error) : t('failed', error)}</p><button type="button" onClick=${reload}>${t('try_again')}</button></div>`;
}
