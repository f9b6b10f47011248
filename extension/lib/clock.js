// The countdown: minutes, seconds in the last two minutes, a ring in the last thirty seconds. It takes the same room whatever it shows.
/** @import {Entry} from './types.js' */
import {el, put, svg} from './dom.js';
import {secondsLeft} from './lots.js';
import {clockTime, left, t} from './words.js';

const ROUND = 94.25;

/** A countdown and how to bring it up to date: *tick(entry, now)*. */
export function countdown() {
  const node = el('span', {className: 'clock', role: 'timer'});
  /** @type {SVGElement | null} */
  let ring = null;
  /** @param {string} text */
  const say = text => { ring = null; put(node, text); };
  /** @param {number} seconds */
  const draw = seconds => {
    if (!ring) {
      ring = svg('svg', {viewBox: '0 0 36 36', class: 'ring'}, svg('circle', {cx: 18, cy: 18, r: 15}), svg('circle', {cx: 18, cy: 18, r: 15, 'stroke-dasharray': ROUND}), svg('text', {x: 18, y: 18}));
      node.replaceChildren(ring);
    }
    ring.children[1].setAttribute('stroke-dashoffset', String(ROUND * (1 - seconds / 30)));
    put(ring.children[2], String(Math.floor(seconds)));
  };
  return {
    node,
    /** @param {Entry} entry @param {number} now */
    tick(entry, now) {
      const {auction} = entry, seconds = secondsLeft(entry, now);
      node.dataset.near = auction.status !== 'ended' && seconds < 120 ? '1' : '0';
      if (auction.status === 'ended') say(auction.endedAt ? clockTime(auction.endedAt).slice(0, 5) : '');
      else if (seconds === Infinity) say('–');
      else if (seconds <= 0) say(t('closing'));
      else if (seconds <= 30) draw(seconds);
      else say(left(seconds));
    },
  };
}
