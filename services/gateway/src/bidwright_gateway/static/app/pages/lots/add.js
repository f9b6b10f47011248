// Watch a lot by its number or the address of its page.
import {html, useRef, useState} from '../../lib/html.js';
import {t} from '../../lib/words.js';
import {toast} from '../../state/news.js';
import {watch} from '../../state/orders.js';
import {fresh} from '../../state/store.js';
import {strategies, strategyText} from '../../state/strategies.js';

const EMPTY = {lot: '', cap: '', allIn: '', strategy: 'sniping', arm: false};

// *lot*: the only one it is about, where that is known already.
export function Add({open, onToggle, lot = ''}) {
  const [typed, type] = useState({...EMPTY, lot}), [wrong, say] = useState({}), [busy, occupy] = useState(false), first = useRef();
  const box = (name, field) => ({value: typed[name], autocomplete: 'off', 'aria-invalid': wrong.field === field ? 'true' : undefined, onInput: event => type({...typed, [name]: event.target.value})});
  async function submit(event) {
    event.preventDefault();
    occupy(true); say({});
    try {
      const told = await watch(typed.lot.trim(), {maxBid: typed.cap.trim(), maxAllIn: typed.allIn.trim(), strategy: typed.strategy, autoBid: typed.arm});
      type({...EMPTY, lot, cap: typed.cap, strategy: typed.strategy});
      toast(told.warning ?? t('watched_now'), {key: 'action'});
    } catch (error) { say(error); }
    occupy(false);
  }
  return html`<details id="add-box" class="card add" open=${open} onToggle=${event => { onToggle(event.target.open); if (event.target.open && !matchMedia('(pointer: coarse)').matches) first.current.focus({preventScroll: true}); }}>
    <summary><h2 class="quiet">${t('watch_a_lot')}</h2></summary>
    <form id="add" class="line" noValidate onSubmit=${submit}>
      <label class="grow" hidden=${lot !== ''}>${t('lot_or_address')} <input ref=${first} ...${box('lot', 'lot')} inputmode="url" placeholder="70012345" /></label>
      <label>${t('max_bid')} <input ...${box('cap', 'config.maxBid')} class="short" inputmode="numeric" placeholder="40" /></label>
      <label>${t('max_all_in')} <input ...${box('allIn', 'config.maxAllIn')} class="short" inputmode="decimal" placeholder=${t('none')} /></label>
      <label>${t('strategy')} <select value=${typed.strategy} onChange=${event => type({...typed, strategy: event.target.value})}>${strategies.value.map(one => html`<option key=${one.name} value=${one.name} title=${one.description}>${strategyText(one.name)}</option>`)}</select></label>
      <label class="check"><input type="checkbox" checked=${typed.arm} onChange=${event => type({...typed, arm: event.target.checked})} /> ${t('arm_by_itself')}</label>
      <button class="primary" type="submit" disabled=${busy || !fresh.value}>${t('watch')}</button>
    </form>
    <p id="add-error" class="wrong" role="alert">${wrong.message ?? ''}</p>
    <p class="muted hint">${t('caps_hint')}</p>
  </details>`;
}
