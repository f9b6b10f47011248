// The connection: the WebSocket of the new protocol, resumed after the last event that was taken in. A gateway that hangs is noticed by its silence.
import {newKey} from '../lib/rest.js';
import {signal} from '../lib/html.js';
import {t} from '../lib/words.js';

const PATH = '/ws?v=2', FIRST_MS = 300, LONGEST_MS = 3000, BEAT_MS = 1000, MOST_MISSES = 4, ANSWER_MS = 30_000, A_SECOND = 14;

// state: connecting, on, off (it comes back by itself), refused (the token is wrong), entry (there is none)
export const link = signal({state: 'connecting', since: Date.now()});

let socket = null, misses = 0, heart = 0, pause = FIRST_MS, retry = 0, lastId = '', number = 0, hear = () => {};
const waiting = new Map();

const tell = state => { if (link.value.state !== state) link.value = {state, since: Date.now()}; };

// *listener* is handed every frame that answers nothing; *welcome* is called when the gateway has let us in.
export function open(token, listener) {
  hear = listener;
  clearTimeout(retry);
  if (!['off', 'on'].includes(link.value.state)) tell('connecting');
  const mine = socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${PATH}`);
  misses = 0;
  mine.onopen = () => mine.send(JSON.stringify({type: 'authenticate', token, ...(lastId ? {lastEventId: lastId} : {})}));
  mine.onmessage = event => { if (mine === socket) take(JSON.parse(event.data)); };
  mine.onclose = () => { if (mine === socket) lost(token); };
  clearInterval(heart);
  heart = setInterval(() => beat(token), BEAT_MS);
}

export function close() {
  clearTimeout(retry);
  clearInterval(heart);
  const mine = socket;
  socket = null;
  mine?.close();
  tell('entry');
}

// *event*: where the log is by now, so that the next connection goes on from there.
export const reached = event => { lastId = event || lastId; };

function take(frame) {
  misses = 0;
  if (frame.type === 'authenticated') {
    if (!frame.success) { close(); lastId = ''; tell('refused'); return; }
    pause = FIRST_MS;
    hear({type: 'welcome', resumed: frame.resumed});
    tell('on');
    return;
  }
  const waits = frame.requestId && waiting.get(frame.requestId);
  if (!waits) { hear(frame); return; }
  waiting.delete(frame.requestId);
  if (frame.error) waits.reject(Object.assign(new Error(frame.error), {code: frame.code, field: frame.field})); else waits.resolve(frame);
}

function lost(token) {
  socket = null;
  for (const {reject} of waiting.values()) reject(new Error(t('error_lost_change')));
  waiting.clear();
  tell('off');
  clearTimeout(retry);
  retry = setTimeout(() => open(token, hear), pause);
  pause = Math.min(pause * 2, LONGEST_MS);
}

// A gateway that is killed closes the line; one that hangs only leaves pings without an answer. Beats are counted, not time: a page that the
// browser has put to sleep for a while has missed none.
function beat(token) {
  if (!socket) return;
  misses += 1;
  if (misses > MOST_MISSES) {
    const mine = socket;
    socket = null;
    mine.close();
    lost(token);
  } else if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
}

let turn = Promise.resolve(), sentAt = [];

// Sends a request and gives its answer. Many at once take turns: the gateway closes a line that floods it.
export async function ask(frame) {
  turn = turn.then(async () => {
    sentAt = sentAt.filter(at => Date.now() - at < 1000);
    if (sentAt.length >= A_SECOND) await new Promise(done => setTimeout(done, 1000 - (Date.now() - sentAt[0])));
    sentAt.push(Date.now());
  });
  await turn;
  if (socket?.readyState !== WebSocket.OPEN || link.value.state !== 'on') throw new Error(t('error_not_connected'));
  return new Promise((resolve, reject) => {
    const requestId = `page_${++number}`;
    const timer = setTimeout(() => { waiting.delete(requestId); reject(new Error(t('error_no_answer'))); }, ANSWER_MS);
    const over = how => told => { clearTimeout(timer); how(told); };
    waiting.set(requestId, {resolve: over(resolve), reject: over(reject)});
    socket.send(JSON.stringify({...frame, requestId, idempotencyKey: newKey()}));
  });
}
