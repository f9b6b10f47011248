// Notices: the channels and a trial of each, what was told and what not, and how the owner wants to be told.
import {$, el, put} from './dom.js';
import {rest} from './link.js';
import {moment} from './words.js';

const EVERY_MS = 4000, QUIETLY_MS = 60000, PAGE = 20;
const STATES = {delivered: 'told', pending: 'not told yet', held: 'held back', partly: 'undelivered in part', undelivered: 'undelivered', muted: 'muted by a rule', withdrawn: 'no longer so, not told'};
const SHAPE = {delivered: '✓', pending: '…', held: '⏾', partly: '!', undelivered: '✕', muted: '–', withdrawn: '–'};
const LANES = {ok: 'Works', failing: 'Failed last', down: 'Does not deliver'};
const tried = new Map(), lanes = new Map();
let shown = PAGE, timer = 0, dirty = false, started = false, told = '', wishes = null;

// Begin once the page is let in; again after each loss of the connection.
export function showNotices() {
  if (!started) start();
  refresh();
}

function start() {
  started = true;
  $('notices').addEventListener('toggle', () => { if ($('notices').open) { dirty = false; refresh(); readWishes(); } });
  $('notices-filter').addEventListener('change', () => { shown = PAGE; refresh(); });
  $('notices-more').addEventListener('click', () => { shown += PAGE; refresh(); });
  $('notices-form').addEventListener('input', () => { dirty = true; put($('notices-saved'), ''); arrangeForm(); });
  $('notices-form').addEventListener('submit', save);
  arrangeForm();
  if ($('notices').open) readWishes(); // opened before the page was let in: no event tells of that any more
}

async function refresh() {
  clearTimeout(timer);
  const open = $('notices').open, filter = $('notices-filter').value;
  try {
    const answer = await rest('GET', `/api/notifications?limit=${open ? Math.min(shown, 200) : 1}${filter ? `&state=${filter}` : ''}`);
    put($('notices-error'), '');
    count(answer.counts, answer.channels);
    if (open) { showLanes(answer); showTold(answer, filter); problems(answer); }
  } catch (error) { put($('notices-error'), `What was told cannot be shown: ${error.message}`); }
  timer = setTimeout(refresh, open ? EVERY_MS : QUIETLY_MS);
}

function count(counts, channels) {
  const bad = counts.undelivered + counts.partly, down = channels.filter(channel => channel.state === 'down');
  const words = [bad && `${bad} undelivered`, counts.pending && `${counts.pending} not told yet`, counts.held && `${counts.held} held back`, counts.dropped && `${counts.dropped} dropped`, down.length && `not delivering: ${down.map(channel => channel.name).join(', ')}`];
  put($('notices-count'), words.filter(Boolean).join(' · '));
  $('notices-count').dataset.bad = bad || down.length || counts.dropped ? '1' : '0';
}

function showLanes({running, channels}) {
  $('notices-none').hidden = running;
  $('notices-lanes').hidden = channels.length === 0;
  const list = $('notices-lanes').querySelector('.lanes'), names = new Set(channels.map(channel => channel.name));
  for (const [name, lane] of lanes) if (!names.has(name)) { lane.node.remove(); lanes.delete(name); }
  for (const channel of channels) {
    let lane = lanes.get(channel.name);
    if (!lane) { lanes.set(channel.name, lane = makeLane(channel)); list.append(lane.node); }
    lane.node.dataset.state = channel.state;
    put(lane.state, LANES[channel.state]);
    put(lane.more, [channel.description, channel.waiting && `${channel.waiting} waiting`, channel.lastDelivered && `last delivered ${moment(Date.parse(channel.lastDelivered))}`].filter(Boolean).join(' · '));
    put(lane.why, channel.why ? `Why: ${channel.why}` : '');
    lane.button.disabled = !running || tried.get(channel.name) === 'asked';
  }
}

function problems({running, problems}) {
  const list = $('notices-problems'), texts = running ? problems : [];
  if ([...list.children].map(node => node.textContent).join() !== texts.join()) list.replaceChildren(...texts.map(text => el('li', {}, text)));
}

function makeLane({name}) {
  const state = el('span', {className: 'lane-state'}), more = el('p', {className: 'muted'}), why = el('p', {className: 'lane-why'});
  const result = el('p', {className: 'lane-result', role: 'status'});
  const button = el('button', {type: 'button', onclick: () => tryOut(name, button, result)}, 'Send a test');
  button.setAttribute('aria-label', `Send a test through ${name}`);
  const node = el('li', {className: 'lane'}, el('div', {className: 'lane-words'}, el('p', {}, el('strong', {}, name), ' ', state), more, why, result), button);
  return {node, state, more, why, button};
}

async function tryOut(name, button, result) {
  tried.set(name, 'asked');
  button.disabled = true;
  result.dataset.bad = '0';
  put(result, 'Sending; a channel may take ten seconds.');
  try {
    const {delivered, why, tookMs} = await rest('POST', '/api/notifications/test', {channel: name});
    result.dataset.bad = delivered ? '0' : '1';
    put(result, delivered ? `Delivered in ${tookMs} ms. Did you see it?` : `Not delivered: ${why}`);
  } catch (error) { result.dataset.bad = '1'; put(result, error.message); }
  tried.delete(name);
  button.disabled = false;
}

function showTold({notifications, next}, filter) {
  const now = JSON.stringify(notifications);
  if (now === told) return;
  told = now;
  $('notices').querySelector('.told').replaceChildren(...notifications.map(row));
  $('notices-more').hidden = !next || shown >= 200;
  $('notices-empty').hidden = notifications.length > 0;
  put($('notices-empty'), filter ? 'None of these.' : 'Nothing was told yet. Wins, losses, outbids, and whatever keeps an armed lot from being bid on come here.');
}

function row(entry) {
  const at = Date.parse(entry.at), held = entry.heldUntil ? ` until ${moment(Date.parse(entry.heldUntil))} (${entry.heldFor === 'quiet' ? 'quiet hours' : entry.heldFor})` : '';
  const troubles = entry.deliveries.filter(one => one.state !== 'delivered').map(trouble);
  const has = entry.deliveries.filter(one => one.state === 'delivered').map(one => one.channel + (one.escalated ? ' (second way)' : ''));
  return el('li', {data: {state: entry.state}},
    el('time', {dateTime: entry.at}, moment(at)),
    el('div', {},
      el('p', {}, entry.text),
      el('p', {className: 'told-state'}, el('span', {className: 'mark', 'aria-hidden': 'true'}, SHAPE[entry.state] ?? ''), ` ${stateWords(entry.state, has)}${held}${entry.urgent ? ' · urgent' : ''}`),
      ...troubles));
}

function stateWords(state, has) {
  if (state === 'pending' && has.length) return `told by ${has.join(', ')}, not yet by all`;
  return `${STATES[state] ?? state}${has.length ? ` by ${has.join(', ')}` : ''}`;
}

function trouble(one) {
  const attempts = one.attempts ? ` after ${one.attempts} ${one.attempts === 1 ? 'attempt' : 'attempts'}` : '';
  return el('p', {className: one.why ? 'lane-why' : 'muted'}, `${one.channel}: ${one.state === 'undelivered' ? 'given up' : 'waits'}${attempts}${one.why ? `: ${one.why}` : ''}`);
}

async function readWishes() {
  try { fill(await rest('GET', '/api/notifications/settings')); } catch (error) { put($('notices-wrong'), error.message); }
}

function fill({settings, channels}) {
  $('notices-rules').replaceChildren(...[...settings.rules.map(ruleWords), settings.rules.length ? 'Everything else: all channels' : 'Everything: all channels'].map(text => el('li', {}, text)));
  if (dirty) return;
  const {quiet, digest, escalation} = settings;
  $('quiet-from').value = quiet?.from ?? ''; $('quiet-to').value = quiet?.to ?? ''; $('quiet-urgent').checked = !quiet?.urgentToo;
  $('digest-how').value = digest ? digest.dailyAt ? 'daily' : 'often' : 'single';
  if (digest?.dailyAt) $('digest-at').value = digest.dailyAt;
  if (digest?.everyMinutes) $('digest-minutes').value = digest.everyMinutes;
  const chosen = escalation?.channels.join(', ') ?? '', known = [...new Set([...channels, ...(chosen ? [chosen] : [])])];
  $('escalate-to').replaceChildren(el('option', {value: ''}, 'nobody'), ...known.map(name => el('option', {value: name}, name)));
  $('escalate-to').value = chosen;
  if (escalation) $('escalate-after').value = escalation.afterMinutes;
  $('ending-minutes').value = settings.endingMinutes;
  wishes = settings;
  hold(false);
  arrangeForm();
}

// Nothing can be typed or saved before it is known what holds: a form that was never filled would save its blanks.
function hold(held) {
  for (const part of $('notices-form').querySelectorAll('fieldset, button')) part.disabled = held;
}

function ruleWords(rule) {
  const severity = {any: '', urgent: ', if urgent', normal: ', if not urgent'}[rule.severity];
  return `${rule.kinds.join(', ') || 'Everything'}${severity}: ${rule.mute ? 'nobody' : rule.channels.join(', ')}`;
}

function arrangeForm() {
  const how = $('digest-how').value;
  $('digest-at-label').hidden = how !== 'daily'; $('digest-minutes-label').hidden = how !== 'often';
  $('escalate-after-label').hidden = !$('escalate-to').value;
}

async function save(event) {
  event.preventDefault();
  const from = $('quiet-from').value, to = $('quiet-to').value, how = $('digest-how').value, second = $('escalate-to').value;
  put($('notices-wrong'), ''); put($('notices-saved'), '');
  for (const box of $('notices-form').querySelectorAll('[aria-invalid]')) box.removeAttribute('aria-invalid');
  const body = {
    quiet: from || to ? {from, to, urgentToo: !$('quiet-urgent').checked} : null,
    digest: how === 'daily' ? {dailyAt: $('digest-at').value} : how === 'often' ? {everyMinutes: whole('digest-minutes')} : null,
    escalation: second ? {...(wishes?.escalation ?? {}), channels: second.split(', '), afterMinutes: whole('escalate-after')} : null,
    endingMinutes: whole('ending-minutes'),
  };
  try {
    const answer = await rest('PUT', '/api/notifications/settings', body);
    dirty = false;
    fill(answer);
    put($('notices-saved'), 'Saved; in force at once.');
  } catch (error) {
    put($('notices-wrong'), error.message);
    const boxes = {'quiet.from': 'quiet-from', 'quiet.to': 'quiet-to', quiet: 'quiet-to', 'digest.dailyAt': 'digest-at', 'digest.everyMinutes': 'digest-minutes', 'escalation.afterMinutes': 'escalate-after', endingMinutes: 'ending-minutes'};
    if (boxes[error.field]) $(boxes[error.field]).setAttribute('aria-invalid', 'true');
  }
}

const whole = id => { const text = $(id).value.trim(); return /^\d+$/.test(text) ? Number(text) : text; };

hold(true);
