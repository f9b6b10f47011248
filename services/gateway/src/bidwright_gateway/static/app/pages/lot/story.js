// The lot's story: what will be checked before the close, its price with our bids, and the life of each of those.
import {html, useEffect, useRef, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {Chart} from '../../parts/chart.js';
import {Receipts} from '../../parts/receipts.js';
import {Shape} from '../../parts/shape.js';
import {sentenceOf} from '../../parts/standing.js';
import {siteNow} from '../../../shared/lots.js';
import {link} from '../../state/link.js';

const PAUSE_MS = 4000;

export function Story({entry}) {
  const {auction} = entry, [told, tell] = useState(null), [wrong, fail] = useState(''), readAt = useRef(0);
  const {inDoubt, ownHigh, data, status, outcome, config} = auction, kind = auction.forecast.kind;
  const sign = [inDoubt, ownHigh, data?.isWinning, status, data?.currentBid, outcome, config.version, kind === 'wont' ? sentenceOf(auction) : kind, link.value.state].join();
  useEffect(() => { // whatever changed, at most every so often
    const timer = setTimeout(read, readAt.current ? Math.max(0, PAUSE_MS - (Date.now() - readAt.current)) : 0);
    return () => clearTimeout(timer);
  }, [sign]);
  async function read() {
    readAt.current = Date.now();
    const at = `/api/auctions/${auction.id}`;
    try {
      const [receipts, {history}, forecast] = await Promise.all([rest('GET', `${at}/receipts?limit=50`), rest('GET', `${at}/history`), status === 'ended' ? null : rest('GET', `${at}/forecast`).catch(() => null)]);
      tell({receipts, history, checks: forecast?.checks ?? []});
      fail('');
    } catch (error) { fail(error.message); }
  }
  return html`
    ${wrong && html`<section class="card" role="alert"><p class="wrong">${t('failed', wrong)}</p><button type="button" onClick=${read}>${t('try_again')}</button></section>`}
    ${told?.checks.length > 0 && html`<${Checks} checks=${told.checks} />`}
    <section class="card stack"><h3>${t('price_history')}</h3>${told ? html`<${Chart} story=${storyOf(entry, told)} />` : html`<p class="muted">${t('reading')}</p>`}</section>
    <section class="card stack"><h3>${t('receipts')}</h3>${told ? html`<${Receipts} told=${told.receipts} />` : html`<p class="muted">${t('reading')}</p>`}</section>`;
}

function Checks({checks}) {
  const wrong = checks.filter(one => !one.ok), line = one => html`<li key=${one.name}><span class="state" data-state=${one.ok ? 'ok' : 'bad'}><${Shape} of=${one.ok ? 'ok' : 'bad'} /> ${t(one.ok ? 'check_ok' : 'check_bad')}</span> <span>${one.sentence || one.name}</span></li>`;
  return html`<section class="card stack"><h3>${t('before_close')}</h3>${wrong.length ? html`<ul class="plain checks">${wrong.map(line)}</ul>` : html`<p class="state" data-state="ok"><${Shape} of="ok" /> ${t('checks_fine', checks.length)}</p>`}
    <details><summary>${t('checks_all', checks.length)}</summary><ul class="plain checks">${checks.map(line)}</ul></details></section>`;
}

function storyOf(entry, {receipts, history}) {
  const {auction, closeAt} = entry, bids = receipts.receipts.filter(one => one.sentAt).map(one => ({at: one.sentAt, amount: one.amount}));
  return {history, bids, cap: auction.caps.hammer, close: closeAt === Infinity ? 0 : closeAt, firstClose: Date.parse(auction.data?.firstClose ?? '') || 0, interval: auction.data?.extensionInterval ?? 30, now: siteNow(entry, Date.now())};
}
