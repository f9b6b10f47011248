// Countdowns by the site's clock, the bid form, and a fresh page whenever a live event says so.
const offset = window.SITE_NOW - Date.now();
const message = text => document.querySelector('.bid .message') && Object.assign(document.querySelector('.bid .message'), text);

function left(close) {
  const seconds = Math.max(0, Math.ceil((close - Date.now() - offset) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = n => String(n).padStart(2, '0');
  return [seconds, h ? `${h}:${two(m)}:${two(s)}` : seconds <= 120 ? `${seconds} s` : `${m}:${two(s)}`];
}

function tick() {
  for (const timer of document.querySelectorAll('.timer[data-close]')) {
    const [seconds, text] = left(Number(timer.dataset.close));
    if (timer.textContent !== text) timer.textContent = seconds ? text : 'Closing';
    timer.classList.toggle('soon', seconds <= 120 && seconds > 30);
    timer.classList.toggle('ring', seconds <= 30);
    timer.style.setProperty('--left', Math.min(30, seconds));
  }
}

function localTimes() {
  for (const time of document.querySelectorAll('time[data-at]')) {
    time.textContent = new Date(time.dataset.at).toLocaleTimeString([], {hour12: false});
  }
}

let fetching = false;
async function refresh() {
  const main = document.querySelector('#lot, #list');
  if (!main || fetching) return;
  fetching = true;
  try {
    const reply = await fetch(location.href);
    if (!reply.ok) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById(main.id);
    if (!fresh) return;
    const [said, amount, price] = [main.querySelector('.message'), main.querySelector('#amount'), main.querySelector('[data-price]')?.dataset.price];
    const mine = amount && amount === document.activeElement;
    main.replaceWith(fresh);
    const slot = fresh.querySelector('.message');
    if (said && slot) Object.assign(slot, {textContent: said.textContent, className: said.className});
    const field = fresh.querySelector('#amount');
    if (mine && field) {
      if (Number(amount.value) >= Number(field.min)) field.value = amount.value;
      field.focus();
    }
    if (price !== undefined && fresh.querySelector('[data-price]')?.dataset.price !== price) fresh.querySelector('.price').classList.add('flash');
    tick();
    localTimes();
  } finally {
    fetching = false;
  }
}

document.addEventListener('submit', async event => {
  const form = event.target.closest('form.bid');
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const reply = await fetch('/api/bids', {
      method: 'POST',
      headers: {'Content-Type': 'text/plain;charset=UTF-8'},
      body: JSON.stringify({productId: Number(form.dataset.product), bid: Number(form.elements.bid.value)}),
    });
    const said = await reply.json();
    const higher = /higher maximum/.test(said.message);
    message({textContent: said.message || said.error, className: `message ${reply.ok ? (higher ? 'warn' : 'good') : 'bad'}`});
    await refresh();
  } catch {
    message({textContent: 'The site gave no answer. The bid may stand: look at the bids before trying again.', className: 'message bad'});
  } finally {
    button.disabled = false;
  }
});

const lot = document.getElementById('lot')?.dataset.id;
if (lot && document.querySelector('.timer[data-close]')) {
  const live = new EventSource(`${window.ENV.APP_PUBLIC_SSE_URL}/live-products?productId=${lot}`);
  for (const what of ['bids', 'closed']) live.addEventListener(`ch_product_${what}:${lot}`, refresh);
  addEventListener('pagehide', () => live.close());
}
if (document.getElementById('list')) setInterval(() => document.hidden || refresh(), 10_000);

setInterval(tick, 250);
tick();
localTimes();
