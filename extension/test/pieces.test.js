// The pieces that draw, in a small document: what they show, what they give, and that their signals take them back.
import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {Window} from 'happy-dom';
import {auction, install, service} from './chrome.js';

const browser = install();
const window = new Window({url: 'https://www.nellisauction.com/p/lamp/70012345', width: 1280, height: 900});
for (const name of ['document', 'location', 'Node', 'NodeFilter', 'Element', 'HTMLElement', 'HTMLInputElement', 'HTMLSelectElement', 'MutationObserver', 'CustomEvent', 'Event', 'getComputedStyle', 'matchMedia', 'requestAnimationFrame', 'addEventListener', 'CSSStyleSheet']) Object.defineProperty(globalThis, name, {value: /** @type {any} */ (window)[name], configurable: true, writable: true});
const [{el, put, shape, $}, {capForm, follows}, {schemaForm, valueOf}, {standing}, {countdown}, {receipts}, {chart}, frame, kit, words, {dress}, {mend}, reading, facts, {foldable}, {isOurs}, courier, store] = await Promise.all([
  import('../lib/dom.js'), import('../lib/cap-form.js'), import('../lib/schema-form.js'), import('../lib/standing.js'), import('../lib/clock.js'), import('../lib/receipts.js'), import('../lib/chart.js'), import('../lib/frame.js'), import('../lib/kit.js'), import('../lib/words.js'), import('../lib/theme.js'), import('../lib/mend.js'), import('../content/reading.js'), import('../content/page-facts.js'), import('../content/panel/fold.js'), import('../content/shadow.js'), import('../content/courier.js'), import('../lib/store.js')]);
const RATES = {premium: '15', tax: '8.3', source: 'default'};
const pause = (/** @type {number} */ ms) => new Promise(resolve => setTimeout(resolve, ms));
/** @param {any} node @param {string} text */
const type = (node, text) => { node.value = text; node.dispatchEvent(new window.Event('input')); };

before(() => { document.body.innerHTML = ''; });

test('text is never read as markup', () => {
  const made = el('p', {}, '<b>x</b>');
  put(made, '<img src=x>');
  assert.equal(made.children.length, 0);
  assert.equal(made.textContent, '<img src=x>');
  assert.equal(shape('nothing known').getAttribute('aria-hidden'), 'true');
  assert.throws(() => $('nowhere'), /no #nowhere/);
});

test('a cap is typed all-in or hammer, keeps its meaning when the way of counting changes, and says what it means', () => {
  const cap = capForm({legend: 'Most'}), [byAllIn, byHammer] = cap.node.querySelectorAll('input[type=radio]');
  cap.fill(null, RATES);
  type(cap.box, '41');
  assert.match(cap.node.textContent ?? '', /bids up to \$32, with 15 % premium and 8.3 % tax/);
  assert.deepEqual({maxAllIn: 41}, cap.read(null));
  /** @type {any} */ (byHammer).dispatchEvent(new window.Event('change'));
  assert.equal(cap.box.value, '32');
  assert.deepEqual({maxBid: 32}, cap.read(null));
  type(cap.box, '32.50');
  assert.equal(cap.read(null), null);
  assert.equal(cap.box.getAttribute('aria-invalid'), 'true');
  void byAllIn;
});

test('an empty box, words and too little are refused here, with a sentence', () => {
  const cap = capForm({legend: 'Most'});
  cap.fill(null, RATES);
  for (const [text, sentence] of [['', 'Say the most you will pay.'], ['forty', 'not an amount'], ['0', 'not an amount'], ['1', 'leaves no whole dollar']]) {
    type(cap.box, text);
    assert.equal(cap.read(null), null, text);
    assert.match(cap.node.querySelector('.wrong')?.textContent ?? '', new RegExp(sentence), text);
  }
});

test('what is stored is shown until somebody types; what was typed stays', () => {
  const cap = capForm({legend: 'Most'});
  cap.fill(auction({config: {maxBid: 40, maxAllIn: 49.82}}), RATES);
  assert.deepEqual(['49.82', false], [cap.box.value, cap.dirty]);
  type(cap.box, '55');
  cap.fill(auction({config: {maxBid: 41, maxAllIn: 51}}), RATES);
  assert.deepEqual(['55', true], [cap.box.value, cap.dirty]);
});

test('an all-in cap takes the hammer cap along where that was the owner\'s own, and a hammer cap takes the all-in cap away', () => {
  const own = auction({config: {maxBid: 10, maxAllIn: 49.82}}), made = auction({config: {maxBid: 40, maxAllIn: 49.82}});
  assert.deepEqual([false, true], [follows(own), follows(made)]);
  const cap = capForm({legend: 'Most'});
  cap.fill(own, RATES);
  type(cap.box, '41');
  assert.deepEqual({maxAllIn: 41, maxBid: 32}, cap.read(own));
  assert.deepEqual({maxAllIn: 41}, cap.read(made));
  /** @type {any} */ (cap.node.querySelectorAll('input[type=radio]')[1]).dispatchEvent(new window.Event('change'));
  assert.deepEqual({maxBid: 32, maxAllIn: null}, cap.read(made));
});

test('with assumed rates a hammer limit is proposed, and said why', () => {
  const cap = capForm({legend: 'Most'});
  cap.fill(null, {...RATES, source: 'assumed'});
  type(cap.box, '40');
  assert.deepEqual({maxBid: 40}, cap.read(null));
  assert.match(cap.node.textContent ?? '', /rates are assumed/);
});

test('a strategy\'s form has a box for each of its settings, gives only what was changed, and marks what is wrong', () => {
  const schema = JSON.stringify({properties: {lead: {type: 'integer', title: 'Lead', minimum: 1, maximum: 60, default: 10}, walk: {anyOf: [{type: 'number', exclusiveMinimum: 0}, {type: 'null'}], title: 'Walk away', default: null}, bold: {type: 'boolean', title: 'Bold', default: false}, way: {enum: ['a', 'b'], title: 'Way', default: 'a'}}});
  const form = schemaForm(schema, {lead: 20}), [lead, walk, bold] = form.node.querySelectorAll('input');
  assert.deepEqual([4, '20', '', {}, false], [form.node.querySelectorAll('input, select').length, lead.value, walk.value, form.read(), form.dirty]);
  type(lead, '61');
  assert.equal(form.read(), null);
  assert.match(form.node.textContent ?? '', /From 1 to 60/);
  type(lead, '30');
  type(walk, '25.5');
  bold.checked = true;
  assert.deepEqual({lead: 30, walk: 25.5, bold: true}, form.read());
  assert.equal(schemaForm('not json', {}).node.textContent, 'This strategy has no settings.');
  assert.equal(schemaForm({}, {}).dirty, false);
});

test('each kind of field takes what it should', () => {
  assert.deepEqual({value: null}, valueOf('', {type: 'number'}, true));
  assert.deepEqual({value: 'x'}, valueOf('x', {type: 'string'}, false));
  for (const [text, field] of /** @type {[string, any][]} */ ([['', {type: 'number'}], ['x', {type: 'number'}], ['1.5', {type: 'integer'}], ['0', {type: 'number', exclusiveMinimum: 0}], ['9', {type: 'number', exclusiveMaximum: 9}], ['toolong', {type: 'string', maxLength: 3}]])) assert.ok('wrong' in valueOf(text, field, false), text);
});

test('a lot\'s standing shows word, price, cap and sentence, and an old price is said to be old', () => {
  const stand = standing(), host = el('div'), now = 1_790_000_000_000, entry = {auction: auction({data: {closeTime: new Date(now + 60_000).toISOString()}}), at: now};
  stand.draw(entry, now, host);
  assert.deepEqual(['armed', '$17.44 all-in', 'max $40 · $49.82 all-in', 'Will bid up to $40.', '60 s'], [stand.state.textContent, stand.price.textContent, stand.cap.textContent, stand.say.textContent, stand.clock.textContent]);
  assert.equal(host.dataset.state, 'armed');
  stand.tick(entry, now + 40_000, host);
  assert.deepEqual(['1', 'armed, 40 s old', '20'], [host.dataset.stale, stand.state.textContent, stand.clock.textContent]);
});

test('the clock turns to seconds, to a ring, and to words', () => {
  const clock = countdown(), now = 1_790_000_000_000, at = (/** @type {number} */ s) => ({auction: auction({data: {closeTime: new Date(now + s * 1000).toISOString()}}), at: now});
  for (const [seconds, text] of /** @type {[number, string][]} */ ([[200_000, '2 d 7 h'], [7000, '1 h 56 m'], [187, '3:07'], [119, '119 s'], [30, '30'], [-1, 'closing']])) { clock.tick(at(seconds), now); assert.equal(clock.node.textContent, text); }
  clock.tick({auction: auction({data: {closeTime: null}}), at: now}, now);
  assert.equal(clock.node.textContent, '–');
});

test('receipts tell each step, what held a lot back, and how it ended', () => {
  const step = {at: 1_790_000_000_000, sentence: 'Sent to the site', afterMs: 120};
  const made = receipts({receipts: [{amount: 15, word: 'won', mode: 'dry-run', steps: [step], strategy: 'auto', strategyVersion: '1', reason: 'r', latencyMs: 80, priceAgeMs: null}], holds: [{at: 1, till: null, sentence: 'Held.', price: 1, nextBid: 2}], postMortem: 'It was won.'});
  const text = made.map(node => node.textContent).join('|');
  for (const part of ['It was won.', '$15 · won · dry run', '120 ms later', 'answered in 80 ms', 'Held back']) assert.ok(text.includes(part), part);
  assert.equal(receipts({receipts: [], holds: [], postMortem: null})[0].textContent, 'No bid of ours yet.');
});

test('the price is drawn and told as a table', () => {
  const now = 1_790_000_000_000, made = chart([{at: now - 9000, price: 1, source: 'read'}, {at: now - 5000, price: 4, source: 'read'}], 10, [{at: now - 6000, amount: 3}], now + 5000, now);
  assert.deepEqual([1, 1, 1, 3], [made[0].querySelectorAll('.ours').length, made[0].querySelectorAll('.others').length, made[0].querySelectorAll('.close').length, made[1].querySelectorAll('tr').length]);
  assert.match(made[0].getAttribute('aria-label') ?? '', /\$10/);
  assert.equal(chart([], 10, [], NaN, now)[0].textContent, 'No price was read yet.');
});

test('the band is loud where nothing is real, and silent where everything is', () => {
  const site = (/** @type {any} */ more) => ({real: true, simulated: false, address: 'https://www.nellisauction.com', ...more});
  assert.equal(frame.bandText(service(), site({})), '');
  assert.equal(frame.bandText(service({mode: 'dry-run'}), site({real: false, simulated: true})), 'Simulated site: no real money · Dry run: nothing is bid on the site');
  assert.equal(frame.bandText(service(), site({real: false, address: 'http://box:9900'})), 'Not the real site: box:9900');
});

test('each trouble says what mends it, the gravest first', () => {
  const link = /** @type {any} */ ({state: 'off', why: 'No answer.', code: 'away', since: 0});
  const found = frame.troubles({link, service: service({halted: true, session: 'expired', storeUp: false, breaker: 'open', format: 'broken'}), site: null, lots: []}, 5000);
  assert.deepEqual(['link', 'halt', 'store', 'session', 'format', 'breaker'], found.map(one => one.key));
  assert.deepEqual(['options', 'resume', '', 'login', '', ''], found.map(one => one.act));
  assert.deepEqual([], frame.troubles({link: {...link, state: 'unpaired'}, service: null, site: null, lots: []}, 0));
  assert.deepEqual([1, 1, 1, 0], /** @type {any[]} */ (['options', 'login', 'resume', '']).map(act => mend(act, () => {}).length));
});

test('money at stake is a sentence and a bar; the button stops and asks before going on', async () => {
  const money = frame.budgetBar();
  money.draw(service({exposure: 1900, budget: 2000}));
  assert.deepEqual(['$1,900.00 of $2,000.00 at stake or spent', '1'], [money.node.textContent, /** @type {any} */ (money.node.querySelector('.meter')).dataset.full]);
  const asked = /** @type {string[]} */ ([]), failed = /** @type {string[]} */ ([]), stop = frame.stopButton({ask: async question => { asked.push(question.title); return false; }, failed: text => { failed.push(text); }});
  stop.draw({link: /** @type {any} */ ({state: 'on'}), service: service(), site: null, lots: []});
  await stop.press();
  assert.match(failed.at(-1) ?? '', /It may not be stopped: This browser is not paired.*“bidwright stop”/);
  assert.deepEqual([], asked);
  stop.draw({link: /** @type {any} */ ({state: 'on'}), service: service({halted: true}), site: null, lots: []});
  await stop.press();
  assert.deepEqual(['Let bidding go on?', 'Stopped: resume'], [asked[0], stop.node.textContent]);
});

test('a feature is set up where it belongs and taken back; one that fails harms no other', async () => {
  const went = /** @type {string[]} */ ([]), complained = /** @type {string[]} */ ([]);
  kit.add('breaks', {on: () => true, init: () => { throw new Error('x'); }});
  kit.add('works', {on: page => page.lotId !== '', init: signal => { went.push('set up'); signal.addEventListener('abort', () => went.push('taken back')); }});
  kit.add('works', {on: () => true, init: () => { went.push('twice'); }});
  const stop = kit.begin({url: '', lotId: '7'}, name => complained.push(name));
  await pause(5);
  stop();
  kit.begin({url: '', lotId: ''}, () => {})();
  assert.deepEqual([['set up', 'taken back'], ['breaks']], [went, complained]);
  const end = new AbortController();
  let ticks = 0;
  kit.every(() => { ticks += 1; }, 5, end.signal);
  kit.observe(document.body, () => {}, end.signal);
  await pause(30);
  end.abort();
  const seen = ticks;
  await pause(20);
  assert.ok(seen > 0 && ticks === seen);
});

test('numbers, times and texts are written for people', () => {
  assert.deepEqual(['$1,041.50', '$41', '$0.50'], [words.allInText(1041.5), words.hammerText(41), words.hammerText(0.5)]);
  assert.deepEqual(['at once', '5 ms later', '1.5 s later', '2 min later', ''], [0, 5, 1500, 120_000, null].map(words.later));
  assert.deepEqual(['5 s', '3 min', '3 h'], [5000, 180_000, 10_800_000].map(words.span));
  assert.equal(words.many('armed_lots', 2), '2 lots armed');
  document.body.innerHTML = '<p data-t="stop"></p><p data-t-label="gateway"></p>';
  words.fillTexts(document);
  assert.deepEqual(['STOP', 'Gateway'], [document.body.children[0].textContent, document.body.children[1].getAttribute('aria-label')]);
  dress(document.body, 'dark');
  assert.equal(document.body.style.colorScheme, 'dark');
});

test('the price and the title are read off a page whatever it is made of', () => {
  document.body.innerHTML = '<nav style="font-size:40px">$99</nav><main><h1> A lamp </h1><div style="font-size:14px">$69.50</div><b style="font-size:28px">$14</b><table><tr><td style="font-size:30px">$13</td></tr></table></main>';
  for (const node of document.querySelectorAll('*')) /** @type {any} */ (node).checkVisibility = () => true;
  assert.equal(reading.priceOn(document.body)?.cents, 1400);
  assert.equal(reading.titleOn(), 'A lamp');
  document.body.innerHTML = '<main><h1>New look</h1></main>';
  assert.equal(reading.priceOn(document.body), null);
  assert.equal(reading.lotLinks(() => '7').size, 0);
  assert.equal(isOurs(document.createElement('bidwright-panel')), true);
});

test('what is learnt of a page is told once', () => {
  let told = 0;
  document.addEventListener('bidwright:facts', () => { told += 1; });
  facts.fit('7', true, 1400);
  facts.fit('7', true, 1400);
  facts.rated('7', RATES);
  assert.deepEqual([2, {fits: true, cents: 1400, rates: RATES}, RATES], [told, facts.factsOf('7'), facts.ratesOf('7')]);
});

test('a part that opens is read when it is open, and again when the lot changed', async () => {
  let loads = 0;
  const fold = foldable({title: 'Bids', signal: new AbortController().signal, load: async () => { loads += 1; if (loads === 2) throw new Error('not now'); }});
  fold.draw({shown: true, sign: 'a', count: '3'});
  assert.equal(loads, 0);
  fold.node.open = true;
  fold.draw({shown: true, sign: 'a'});
  await pause(5);
  fold.draw({shown: true, sign: 'b'});
  await pause(5);
  assert.deepEqual([2, true], [loads, (fold.node.textContent ?? '').includes('not now')]);
});

test('a message is sent again when the worker ended in between, with the same key', async () => {
  /** @type {any[]} */
  const sent = [];
  browser.chrome.runtime.sendMessage = async (/** @type {any} */ message) => { sent.push(message); if (sent.length < 3) throw new Error('The message port closed before a response was received.'); return {ok: true, value: 7}; };
  assert.equal(await courier.run({do: 'change', id: '7', key: 'k1'}), 7);
  assert.deepEqual(['k1', 'k1', 'k1'], sent.map(message => message.command.key));
  browser.chrome.runtime.sendMessage = async () => /** @type {any} */ ({ok: false, error: 'No.', code: 'X', field: 'config.maxBid'});
  await assert.rejects(courier.run({do: 'change', id: '7', key: 'k'}), {message: 'No.', field: 'config.maxBid'});
  const id = browser.chrome.runtime.id;
  /** @type {any} */ (browser.chrome.runtime).id = undefined;
  await assert.rejects(courier.send({}), {code: 'orphan', message: /Load this page again/});
  browser.chrome.runtime.id = id;
});

test('a surface is drawn now and when the picture changes, until its signal', async () => {
  const end = new AbortController();
  let draws = 0;
  await store.watch(() => { draws += 1; }, end.signal);
  await store.show({listed: true});
  await store.show({listed: false});
  await pause(60);
  assert.equal(draws, 2);
  end.abort();
  await store.show({listed: true});
  await pause(60);
  assert.equal(draws, 2);
});
