// What a lot can be bid by, as the bidder tells it; the built-in names while it is away.
import {effect, signal} from '../lib/html.js';
import {rest} from '../lib/rest.js';
import {has, t} from '../lib/words.js';
import {link} from './link.js';
import {service} from './store.js';

const BUILT_IN = ['sniping', 'auto', 'manual'].map(name => ({name, description: '', params: ''}));

export const strategies = signal(BUILT_IN);
export const problems = signal([]);

export async function loadStrategies() {
  try {
    const told = await rest('GET', '/api/strategies');
    if (told.strategies.length) strategies.value = told.strategies;
    problems.value = told.problems;
  } catch { /* the bidder is away: Health says it */ }
}

export const strategyText = name => has(`strategy_${name}`) ? t(`strategy_${name}`) : name;

// Anew after each connection, and when plugins changed.
let seen = '';
effect(() => {
  const sign = link.value.state === 'on' && service.value ? `${link.value.since} ${service.value.plugins}` : '';
  if (sign && sign !== seen) loadStrategies();
  seen = sign || seen;
});
