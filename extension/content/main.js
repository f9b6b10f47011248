// On every page of the site: set up what is for the page, and anew when the site moves to another page without loading one.
import {begin, every} from '../lib/kit.js';
import {lotIdOf} from '../lib/lots.js';
import {alive, send} from './courier.js';
import './features/marks.js';
import './features/panel.js';
import './features/price.js';

const LOOK_MS = 400;

/** Begin on this document. */
export async function main() {
  const end = new AbortController();
  await send({type: 'hello'}).catch(() => null); // the worker opens the picture for us, and sees to its connection
  let here = '', stop = () => {};
  const look = () => {
    if (!alive()) { stop(); end.abort(); return; }
    if (location.href.split('#')[0] === here) return;
    here = location.href.split('#')[0];
    stop();
    stop = begin({url: here, lotId: lotIdOf(here)}, (name, error) => console.warn(`Bidwright: ${name} failed`, error));
  };
  /** @type {any} */ (globalThis).navigation?.addEventListener('navigatesuccess', look, {signal: end.signal});
  addEventListener('popstate', look, {signal: end.signal});
  every(look, LOOK_MS, end.signal);
  look();
}
