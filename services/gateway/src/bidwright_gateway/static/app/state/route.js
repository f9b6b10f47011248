// Where we are: the part of the address behind "#/", such as lots, lot/70012345 or health.
import {signal} from '../lib/html.js';

export const NAMES = ['lots', 'lot', 'find', 'money', 'strategies', 'health', 'settings'];

const read = () => {
  const [page = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  return {page: NAMES.includes(page) ? page : 'lots', id: rest[0] ?? ''};
};

export const route = signal(read());
addEventListener('hashchange', () => { route.value = read(); });
export const go = where => { location.hash = `#/${where}`; };
