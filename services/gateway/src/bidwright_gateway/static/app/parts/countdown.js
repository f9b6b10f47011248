// The countdown: minutes, seconds in the last two minutes, a ring in the last thirty seconds. It takes the same room whatever it shows.
import {html} from '../lib/html.js';
import {clockTime, left, t} from '../lib/words.js';
import {secondsLeft} from '../../shared/lots.js';
import {quarter, second} from '../state/clock.js';

const ROUND = 94.25;

// Only who is near looks at the fast clock.
export function Countdown({entry}) {
  const {auction} = entry;
  if (auction.status === 'ended') return html`<span class="clock">${auction.endedAt ? clockTime(auction.endedAt).slice(0, 5) : ''}</span>`;
  const near = entry.closeAt !== Infinity && secondsLeft(entry, second.value) < 32;
  const seconds = secondsLeft(entry, near ? quarter.value : second.value);
  if (seconds === Infinity) return html`<span class="clock" role="timer">–</span>`;
  return html`<span class="clock" role="timer" data-near=${seconds < 120 ? '1' : '0'}>${
    seconds <= 0 ? t('closing') : seconds <= 30 ? html`<${Ring} seconds=${seconds} />` : left(seconds)}</span>`;
}

const Ring = ({seconds}) => html`<svg viewBox="0 0 36 36" class="ring">
  <circle cx="18" cy="18" r="15" /><circle cx="18" cy="18" r="15" stroke-dasharray=${ROUND} stroke-dashoffset=${ROUND * (1 - seconds / 30)} />
  <text x="18" y="18">${Math.floor(seconds)}</text></svg>`;
