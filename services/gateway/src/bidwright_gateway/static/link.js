// The link to the gateway: REST with the token, and a WebSocket that comes back by itself.
const KEY = 'authToken';

export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return localStorage.getItem(KEY);
}
export const keepToken = token => localStorage.setItem(KEY, token);
export const forgetToken = () => localStorage.removeItem(KEY);

export async function rest(method, path, body) {
  let reply;
  try {
    reply = await fetch(path, {
      method,
      headers: {Authorization: localStorage.getItem(KEY) ?? '', ...(body === undefined ? {} : {'Content-Type': 'application/json'})},
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error('The gateway does not answer, so it is not known whether that was done. Is Bidwright running?');
  }
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw Object.assign(new Error(told.error ?? `The gateway answered ${reply.status}.`), {field: told.field});
  return told;
}

export class Link {
  #socket = null; #number = 0; #waiting = new Map(); #pause = 500; #timer = 0; #ended = false;

  constructor(hear) { this.hear = hear; }

  open(token) {
    this.#ended = false;
    clearTimeout(this.#timer);
    this.hear({type: 'link', state: 'connecting'});
    const socket = this.#socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
    socket.onopen = () => socket.send(JSON.stringify({type: 'authenticate', token, service: true}));
    socket.onmessage = event => this.#take(JSON.parse(event.data));
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      for (const {reject} of this.#waiting.values()) reject(new Error('The connection was lost; look at the lot before you try again.'));
      this.#waiting.clear();
      if (this.#ended) return;
      this.hear({type: 'link', state: 'lost'});
      this.#timer = setTimeout(() => this.open(token), this.#pause);
      this.#pause = Math.min(this.#pause * 2, 5000);
    };
  }

  close() { this.#ended = true; clearTimeout(this.#timer); this.#socket?.close(); }

  ask(frame) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) { reject(new Error('Not connected, so nothing was changed. It connects again by itself.')); return; }
      const requestId = `page_${++this.#number}`;
      const timer = setTimeout(() => { this.#waiting.delete(requestId); reject(new Error('No answer within 30 s; look at the lot before you try again.')); }, 30000);
      this.#waiting.set(requestId, {resolve: told => { clearTimeout(timer); resolve(told); }, reject: error => { clearTimeout(timer); reject(error); }});
      this.#socket.send(JSON.stringify({...frame, requestId}));
    });
  }

  #take(frame) {
    if (frame.type === 'authenticated') {
      if (frame.success) { this.#pause = 500; this.hear({type: 'link', state: 'open'}); }
      else { this.close(); this.hear({type: 'link', state: 'refused'}); }
      return;
    }
    const waits = frame.requestId && this.#waiting.get(frame.requestId);
    if (!waits) { this.hear(frame); return; }
    this.#waiting.delete(frame.requestId);
    if (frame.error) waits.reject(new Error(frame.error)); else waits.resolve(frame);
  }
}
