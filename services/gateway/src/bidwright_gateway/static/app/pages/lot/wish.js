// What the owner wants with the lot: the caps, the strategy with its settings, armed or not; a bid now; what the strategy would have done.
import {html, useEffect, useRef, useState} from '../../lib/html.js';
import {allInText, hammerText, t} from '../../lib/words.js';
import {fieldsOf, SchemaForm, settingsOf} from '../../parts/schema-form.js';
import {rest} from '../../lib/rest.js';
import {bid, change, drop} from '../../state/orders.js';
import {useDeed} from '../../state/reading.js';
import {fresh} from '../../state/store.js';
import {strategies, strategyText} from '../../state/strategies.js';
import {Arm} from '../lots/row.js';
import {Trial} from './trial.js';

const KEPT_MS = 1500;

export function Wish({auction}) {
  const {config} = auction, deed = useDeed(), [typed, set] = useState({}), [settings, setSettings] = useState({}), [wrong, mark] = useState({}), [saved, keep] = useState(''), soon = useRef(0);
  const strategy = typed.strategy ?? config.strategyName, offer = strategies.value.find(one => one.name === strategy);
  const fields = fieldsOf(offer?.params), values = strategy === config.strategyName ? config.params : {};
  const stored = {cap: String(config.maxBid), allIn: String(config.maxAllIn ?? '')};
  const type = (name, text) => { clearTimeout(soon.current); keep(''); set({...typed, [name]: text}); deed.clear(); };
  const forget = () => { set({}); setSettings({}); keep(''); };
  useEffect(() => { if (saved && saved !== config.version) forget(); }, [config.version, saved]); // what is stored by now takes the place of what was typed

  async function save(event) {
    event.preventDefault();
    const read = settingsOf(fields, values, settings), cap = (typed.cap ?? stored.cap).trim(), door = (typed.allIn ?? stored.allIn).trim(), amiss = amissIn(cap, door);
    mark(read.wrong);
    if (amiss) { deed.refuse(amiss); return; }
    if (Object.keys(read.wrong).length) return;
    const wanted = {
      ...(strategy === config.strategyName ? {} : {strategy}), ...(door === stored.allIn ? {} : {maxAllIn: door}), ...(Object.keys(read.params).length ? {params: read.params} : {}),
    };
    if (cap !== stored.cap || !('maxAllIn' in wanted)) wanted.maxBid = cap; // one that goes with the max all-in follows it
    const before = config.version;
    if (await deed.run(() => change(auction, wanted), t('saved'))) { keep(before); soon.current = setTimeout(forget, KEPT_MS); }
  }
  const about = deed.wrong?.field ?? (deed.wrong?.message.startsWith('Max all-in') ? 'config.maxAllIn' : deed.wrong?.message.startsWith('Max bid') ? 'config.maxBid' : '');
  const box = (name, field) => ({value: typed[name] ?? stored[name], class: 'short', autocomplete: 'off', 'aria-invalid': about === field ? 'true' : undefined, onInput: event => type(name, event.target.value)});

  return html`<section class="card stack controls" aria-label=${t('your_wish')}>
    <div class="line between"><h3>${t('your_wish')}</h3><${Arm} auction=${auction} large /></div>
    <form class="change stack" noValidate onSubmit=${save}>
      <div class="line"><label>${t('max_bid')} <input ...${box('cap', 'config.maxBid')} inputmode="numeric" /></label>
        <label>${t('max_all_in')} <input ...${box('allIn', 'config.maxAllIn')} inputmode="decimal" placeholder=${t('none')} /></label>
        <label class="grow">${t('strategy')} <select value=${strategy} onChange=${event => { type('strategy', event.target.value); setSettings({}); }}>${[...new Set([...strategies.value.map(one => one.name), strategy])].map(name => html`<option key=${name} value=${name}>${strategyText(name)}</option>`)}</select></label></div>
      <p class="truth muted" role="status">${truth(auction)}</p>
      ${offer?.description && html`<p class="muted">${offer.description}</p>`}
      ${fields.length > 0 && html`<details><summary>${t('strategy_settings')}</summary><${SchemaForm} fields=${fields} values=${values} typed=${settings} wrong=${wrong} type=${(name, text) => setSettings({...settings, [name]: text})} /></details>`}
      <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p>
      <div class="line"><button type="submit" class="primary" disabled=${deed.busy || !fresh.value}>${t(deed.busy ? 'saving' : 'save_this')}</button><span class="muted" role="status">${deed.done}</span></div>
    </form>
    <${Trial} auction=${auction} strategy=${strategy} settings=${() => settingsOf(fields, values, settings)} cap=${typed.cap ?? stored.cap} />
    <${BidNow} auction=${auction} />
  </section>`;
}

function truth({caps, rates}) {
  return `${t('at_most', hammerText(caps.hammer), allInText(caps.allIn), rates.premium, rates.tax)}${rates.source === 'location' || rates.source === 'default' ? '' : ` ${t(`rates_${rates.source}`)}`}`;
}

// The gateway leaves a cap that is 0 or empty as it is, as older clients need it. Whoever typed that here meant something.
function amissIn(cap, door) {
  if (!cap) return {message: t('cap_missing'), field: 'config.maxBid'};
  if (Number(cap.replace(/^\$/, '')) === 0) return {message: t('cap_zero'), field: 'config.maxBid'};
  if (door && Number(door.replace(/^\$/, '')) === 0) return {message: t('door_zero'), field: 'config.maxAllIn'};
  return null;
}

function BidNow({auction}) {
  const [amount, type] = useState(null), [busy, occupy] = useState(false), [wrong, say] = useState(''), looking = useDeed();
  const place = async event => {
    event.preventDefault();
    occupy(true);
    say(await bid(auction, (amount ?? String(auction.data?.nextBid ?? '')).trim()) ?? '');
    occupy(false);
  };
  const look = () => looking.run(() => rest('POST', `/api/auctions/${auction.id}/refresh`));
  return html`<form class="line bid-now" onSubmit=${place}>
    <label>${t('bid_now_box')} <input class="short" inputmode="numeric" autocomplete="off" value=${amount ?? auction.data?.nextBid ?? ''} onInput=${event => type(event.target.value)} /></label>
    <button type="submit" disabled=${busy || !fresh.value}>${t(busy ? 'bidding' : 'bid_now')}</button>
    <button type="button" disabled=${looking.busy || !fresh.value} onClick=${look}>${t('look_again')}</button>
    <button type="button" disabled=${!fresh.value} onClick=${() => drop(auction)}>${t('stop_watching')}</button>
    <p class="wrong" role="alert">${wrong || looking.wrong?.message || ''}</p></form>`;
}
