// The page: what the gateway says, in sections; and the few things a person can do.
import './devices.js';
import {$, el, put} from './dom.js';
import {Link, forgetToken, keepToken, rest, takeToken} from './link.js';
import {Lot} from './lot.js';
import {showNotices} from './notices.js';
import {clearToast, remember, toast} from './toasts.js';
import './toggles.js';
import {allIn, hammer} from './words.js';

const NEXT = 5;
const lots = new Map();
let service = null, reports = 0, site = {real: true, simulated: false, address: ''}, mode = null, strategies = ['sniping', 'auto', 'manual'].map(name => ({name}));
const link = new Link(hear);

const tools = {
  strategies: () => strategies,
  // *quiet*: whoever asks shows what went wrong beside what was typed.
  change: (auction, config, {quiet = false} = {}) => tell(async () => {
    await link.ask({type: 'updateConfig', auctionId: auction.id, config, ...('autoBid' in config && config.autoBid ? {expectVersion: auction.config.version} : {})});
  }, quiet),
  bid: async (auction, amount) => {
    const sure = auction.mode !== 'live' || await ask({title: `Bid ${hammer(Number(amount))} now?`, text: `${auction.title}. This is real money; a bid cannot be taken back.`, yes: 'Bid'});
    if (!sure) return null;
    return tell(async () => { await link.ask({type: 'placeBid', auctionId: auction.id, amount}); }, true);
  },
  drop: async auction => {
    const text = auction.exposure > 0 ? 'Our bid stands on the site and cannot be pulled; it is followed until the lot closes.' : 'It leaves the list; its receipts stay.';
    if (await ask({title: `Stop watching ${auction.title}?`, text, yes: 'Stop watching'})) await tell(() => rest('POST', `/api/auctions/${auction.id}/stop`));
  },
};

// Runs something a person asked for; what goes wrong is shown in words, and given back.
async function tell(work, quiet = false) {
  try { await work(); clearToast('action'); return null; } catch (error) { if (!quiet) toast(error.message, {key: 'action', bad: true}); return error.message; }
}

function hear(frame) {
  if (frame.type === 'link') onLink(frame.state);
  else if (frame.type === 'monitoredAuctions') onList(frame.auctions);
  else if (frame.type === 'auctionState') { show(frame.auction); arrange(); }
  else if (frame.type === 'serviceState') onService(frame.service);
  else if (frame.type === 'notification') { toast(frame.message, {key: `note-${frame.auctionId}`}); remember(frame.message); }
}

function onLink(state) {
  const words = {connecting: 'Connecting', open: 'Connected', lost: 'Not connected', refused: 'Wrong token'};
  $('connection').dataset.state = state === 'open' ? 'on' : 'off';
  put($('connection').querySelector('.word'), words[state]);
  $('stop').disabled = state === 'refused';
  if (state === 'open') {
    document.body.dataset.lost = '0';
    service = null;
    clearAlert('link');
    $('entry').hidden = true;
    document.body.dataset.entry = '0';
    $('lots').hidden = false;
    load();
  } else if (state === 'lost') {
    document.body.dataset.lost = '1';
    alertOf('link', 'The connection to Bidwright is lost: what you see is old. Bids that are armed go on if Bidwright itself still runs. It connects again by itself.');
  } else if (state === 'refused') {
    forgetToken();
    enter('That token is not the right one.');
  }
}

async function load() {
  const before = reports;
  try {
    const [status, ended, all, modes] = await Promise.all([rest('GET', '/api/status'), rest('GET', '/api/auctions/ended'), rest('GET', '/api/auctions'), rest('GET', '/api/mode')]);
    site = status.site; mode = modes;
    onService(service && reports !== before ? service : status.service); // what was heard meanwhile is newer
    for (const auction of [...ended.auctions, ...all.standing]) if (!lots.has(auction.id)) show(auction);
    arrange();
  } catch (error) { alertOf('load', error.message); }
  await loadPlugins();
  showNotices();
}

async function loadPlugins() {
  try {
    const told = await rest('GET', '/api/strategies');
    if (told.strategies.length) strategies = told.strategies;
    const wrong = new Map(told.problems.map(problem => [`plugin-${problem.plugin}`, `Something is wrong with the plugin ${problem.plugin}: ${problem.reason}`]));
    for (const node of [...$('alerts').children]) if (node.dataset.key?.startsWith('plugin-') && !wrong.has(node.dataset.key)) node.remove();
    for (const [key, why] of wrong) alertOf(key, why);
  } catch { /* the bidder is away: the built-in names do, and health says it */ }
  fillStrategies();
}

function onList(auctions) {
  const listed = new Set(auctions.map(auction => auction.id));
  for (const [id, lot] of lots) if (!listed.has(id) && lot.auction.status !== 'ended') { lot.node.remove(); lots.delete(id); if (lot.auction.exposure > 0) setTimeout(loadStanding, 300); }
  auctions.forEach(show);
  arrange();
}

async function loadStanding() {
  try { (await rest('GET', '/api/auctions')).standing.forEach(show); arrange(); } catch { /* said by the link already */ }
}

function show(auction) {
  const known = lots.get(auction.id) ?? new Lot(tools);
  lots.set(auction.id, known);
  known.show(auction);
}

function sayHalt() {
  if (!service?.halted) { clearAlert('halt'); return; }
  const standing = [...lots.values()].map(lot => lot.auction).filter(auction => auction.exposure > 0 && auction.status !== 'ended');
  const named = standing.slice(0, 5).map(auction => `${auction.title || auction.id} $${auction.exposure}`).join('; ');
  const what = standing.length ? `These stand on the site and cannot be pulled: ${named}${standing.length > 5 ? ` and ${standing.length - 5} more` : ''}.` : 'Nothing of yours stands on the site.';
  alertOf('halt', `Everything is stopped${service.haltedWhy ? ` (${service.haltedWhy})` : ''}. No bid leaves. ${what}`, {action: 'Resume', act: resume});
}

function arrange() {
  sayHalt();
  const all = [...lots.values()].sort((a, b) => a.closesAt - b.closesAt || a.auction.id.localeCompare(b.auction.id));
  const open = all.filter(lot => lot.auction.status !== 'ended' && !lot.auction.standing);
  const needs = open.filter(lot => ['needs', 'doubt'].includes(lot.state)), calm = open.filter(lot => !needs.includes(lot));
  const ended = all.filter(lot => lot.auction.status === 'ended').sort((a, b) => (b.auction.endedAt ?? 0) - (a.auction.endedAt ?? 0));
  for (const old of ended.splice(50)) { old.node.remove(); lots.delete(old.auction.id); }
  fill('group-needs', needs); fill('group-next', calm.slice(0, NEXT)); fill('group-rest', calm.slice(NEXT));
  fill('group-standing', all.filter(lot => lot.auction.standing && lot.auction.status !== 'ended')); fill('group-ended', ended);
  $('empty').hidden = lots.size > 0;
}

function fill(id, members) {
  const section = $(id), rows = section.querySelector('.rows');
  section.hidden = members.length === 0;
  const held = document.activeElement;
  members.forEach((lot, n) => { if (rows.children[n] !== lot.node) rows.insertBefore(lot.node, rows.children[n] ?? null); });
  if (held !== document.activeElement && rows.contains(held)) held.focus({preventScroll: true}); // a moved row loses the focus
}

function onService(now) {
  if (service && Number(now.gen) < Number(service.gen)) return; // said before the switch was thrown that is known here
  if (service && now.plugins !== service.plugins) loadPlugins();
  service = now; reports += 1;
  const dry = now.mode !== 'live', band = $('band');
  const where = site.simulated ? 'Simulated site: no real money' : site.real ? '' : `Not the real site: ${new URL(site.address).host}`;
  band.hidden = !(dry || where);
  put(band, [where, dry ? 'Dry run: nothing is bid on the site' : ''].filter(Boolean).join(' · '));
  $('mode').hidden = $('money').hidden = false;
  put($('mode'), dry ? 'Dry run' : 'Live');
  $('mode').dataset.mode = now.mode;
  put($('money').querySelector('.money-words'), now.budget === null ? `${allIn(now.exposure)} at stake, no budget set` : `${allIn(now.exposure)} of ${allIn(now.budget)} at stake or spent`);
  $('money').querySelector('.meter-fill').style.width = `${now.budget ? Math.min(100, now.exposure / now.budget * 100) : 0}%`;
  const stop = $('stop');
  stop.dataset.halted = now.halted ? '1' : '0';
  put(stop, now.halted ? 'Stopped: resume' : 'STOP');
  sayHalt();
  if (!now.storeUp) alertOf('store', 'Redis does not answer: what you see is old and nothing can be changed. Nothing is bid meanwhile.'); else clearAlert('store');
  if (now.format === 'broken') alertOf('format', `Nothing real will be bid: the site's pages are not understood at present. ${now.formatWhy}`); else clearAlert('format');
  if (now.breaker !== 'closed') alertOf('breaker', 'The site fails at present and is left alone for a moment: prices stand still. It is tried again by itself.'); else clearAlert('breaker');
  if (now.mode === 'live' && now.session !== 'ok') alertOf('session', 'Nothing real will be bid: Bidwright is not logged in to the site. Log in there with the extension on, so that the session is synced.');
  else clearAlert('session');
}

async function stopAll() {
  if (service?.halted) { await resume(); return; }
  const why = 'STOP on the page';
  await tell(async () => {
    const told = await rest('POST', '/api/halt', {why}).catch(error => { throw new Error(`It may not be stopped: ${error.message} “bidwright stop” or a file HALT in the data directory stops it too.`); });
    if (service) onService({...service, halted: true, haltedWhy: why, gen: told.gen});
  });
}

async function resume() {
  const standing = await rest('GET', '/api/halt').catch(() => null);
  if (!standing) { toast('The gateway does not answer, so nothing was changed.', {key: 'action', bad: true}); return; }
  if (!await ask({title: 'Let bidding go on?', text: 'Armed lots may bid again at once.', yes: 'Resume'})) return;
  await tell(() => rest('POST', '/api/resume', {gen: standing.gen}));
}

async function changeMode() {
  const live = service?.mode === 'live';
  if (!live && mode?.locked) { await ask({title: 'Dry run is locked', text: 'BIDWRIGHT_MODE=dry-run is set where Bidwright was started. Unset it and start again to go live.', yes: 'Understood'}); return; }
  const sure = live
    ? await ask({title: 'Back to dry run?', text: 'Nothing real is bid any more. Bids that stand on the site stay there.', yes: 'Dry run'})
    : await ask({title: 'Go live?', text: 'Armed lots will bid real money, up to their max bids and your budget. You can go back at any time.', yes: 'Go live', word: 'live'});
  if (!sure) return;
  const accepted = live ? null : await askTerms();
  if (accepted === false) return;
  await tell(() => rest('POST', '/api/mode', {mode: live ? 'dry-run' : 'live', ...(accepted ? {acceptTerms: true} : {})}));
}

// Before real money for the first time on the real site: its terms, and what is not settled. null: nothing is asked.
async function askTerms() {
  const {terms} = await rest('GET', '/api/mode').catch(() => ({}));
  if (!terms?.asked) return null;
  return ask({title: 'The site and its terms', text: terms.question, heading: 'Not settled yet', points: terms.openPoints, yes: 'Yes to both: go live'});
}

function ask({title, text, yes, word, heading = '', points = []}) {
  const box = $('ask'), input = $('ask-input');
  put($('ask-title'), title); put($('ask-text'), text); put($('ask-yes'), yes);
  put($('ask-heading'), heading);
  $('ask-points').replaceChildren(...points.map(point => el('li', {}, point)));
  $('ask-more').hidden = points.length === 0;
  $('ask-label').hidden = !word; input.value = '';
  put($('ask-label').querySelector('span'), word ? `Type ${word} to confirm` : '');
  $('ask-yes').disabled = Boolean(word);
  input.oninput = () => { $('ask-yes').disabled = Boolean(word) && input.value.trim() !== word; };
  box.returnValue = '';
  box.showModal();
  return new Promise(resolve => { box.onclose = () => resolve(box.returnValue === 'yes'); });
}

function alertOf(key, text, {action, act} = {}) {
  const shown = [...$('alerts').children].find(node => node.dataset.key === key);
  if (shown?.firstChild.textContent === text) return; // said already: not read out again, and a button in it keeps the focus
  clearAlert(key);
  const close = el('button', {type: 'button', onclick: () => clearAlert(key)}, 'Close');
  const node = el('div', {className: 'alert', data: {key}}, el('p', {}, text), ...(action ? [el('button', {type: 'button', onclick: act}, action)] : []), ...(['halt', 'link', 'store', 'breaker', 'format'].includes(key) ? [] : [close]));
  if (key === 'link' || key === 'halt') $('alerts').prepend(node); else $('alerts').append(node); // the gravest first
}
function clearAlert(key) { for (const node of $('alerts').children) if (node.dataset.key === key) { node.remove(); return; } }

function enter(why = '') {
  link.close();
  $('entry').hidden = false; $('lots').hidden = true;
  document.body.dataset.entry = '1';
  put($('entry-error'), why);
  put($('connection').querySelector('.word'), 'Token needed');
  $('entry-token').focus();
}

function fillStrategies() {
  const select = $('add-strategy'), chosen = select.value || 'sniping';
  select.replaceChildren(...strategies.map(s => el('option', {value: s.name, title: s.description ?? ''}, s.name)));
  select.value = strategies.some(s => s.name === chosen) ? chosen : strategies[0].name;
}

async function add(event) {
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector('button');
  button.disabled = true;
  put($('add-error'), '');
  const boxes = {lot: $('add-lot'), 'config.maxBid': $('add-cap'), 'config.maxAllIn': $('add-all-in')};
  for (const box of Object.values(boxes)) box.removeAttribute('aria-invalid');
  try {
    const told = await rest('POST', '/api/auctions', {lot: $('add-lot').value.trim(), config: {maxBid: $('add-cap').value.trim(), maxAllIn: $('add-all-in').value.trim(), strategy: $('add-strategy').value, autoBid: $('add-arm').checked}});
    $('add-lot').value = $('add-all-in').value = ''; $('add-arm').checked = false;
    toast(told.warning ?? 'Watched; it is in the list now.', {key: 'action'});
  } catch (error) { put($('add-error'), error.message); boxes[error.field]?.setAttribute('aria-invalid', 'true'); }
  button.disabled = false;
}

$('add').addEventListener('submit', add);
$('stop').addEventListener('click', stopAll);
$('mode').addEventListener('click', changeMode);
$('ask-no').addEventListener('click', () => $('ask').close('no'));
$('empty-start').addEventListener('click', () => { $('add-box').open = true; $('add-lot').focus(); });
$('add-box').open = matchMedia('(min-width: 681px)').matches;
$('forget').addEventListener('click', () => { forgetToken(); lots.clear(); location.reload(); });
$('entry-form').addEventListener('submit', event => {
  event.preventDefault();
  const token = $('entry-token').value.trim();
  if (!token) return;
  keepToken(token); $('entry-token').value = ''; put($('entry-error'), '');
  link.open(token);
});
setInterval(() => { for (const lot of lots.values()) lot.tick(); }, 250);
setInterval(arrange, 1000);

fillStrategies();
const token = takeToken();
if (token) link.open(token); else enter();
