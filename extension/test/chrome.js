// The browser as the extension sees it, small and in memory: what its promises are is kept, nothing is drawn.
import {readFileSync} from 'node:fs';

const catalogue = JSON.parse(readFileSync(new URL('../_locales/en/messages.json', import.meta.url), 'utf-8'));
const ORIGIN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';

/** A place to listen at, as chrome has them; *tell* calls whoever listens and gives what they answer. */
export function event() {
  /** @type {Set<(...args: any[]) => any>} */
  const heard = new Set();
  return {
    addListener: (/** @type {any} */ listener) => { heard.add(listener); },
    removeListener: (/** @type {any} */ listener) => { heard.delete(listener); },
    hasListeners: () => heard.size > 0,
    tell: (/** @type {any[]} */ ...args) => Promise.all([...heard].map(listener => listener(...args))),
  };
}

function area() {
  /** @type {Record<string, any>} */
  let kept = {};
  const onChanged = event();
  const copy = (/** @type {any} */ value) => value === undefined ? undefined : structuredClone(value);
  return {
    onChanged,
    async get(/** @type {null | string | string[]} */ keys) {
      const names = keys === null || keys === undefined ? Object.keys(kept) : [keys].flat();
      return Object.fromEntries(names.filter(name => name in kept).map(name => [name, copy(kept[name])]));
    },
    async set(/** @type {Record<string, any>} */ values) {
      const changes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, {oldValue: kept[name], newValue: copy(value)}]));
      kept = {...kept, ...copy(values)};
      onChanged.tell(changes);
    },
    async remove(/** @type {string | string[]} */ keys) {
      const changes = Object.fromEntries([keys].flat().filter(name => name in kept).map(name => [name, {oldValue: kept[name]}]));
      for (const name of [keys].flat()) delete kept[name];
      if (Object.keys(changes).length) onChanged.tell(changes);
    },
    async clear() { kept = {}; onChanged.tell({}); },
    async setAccessLevel() {},
  };
}

/** Put a browser in place; *did* notes what it was asked to show or open. */
export function install() {
  /** @type {Record<string, any[]>} */
  const did = {tabs: [], windows: [], messages: [], options: [], badge: [], panel: []};
  /** @type {Map<string, any>} */
  const notices = new Map();
  /** @type {Map<string, any>} */
  const alarms = new Map();
  const state = {allowed: true, cookie: /** @type {any} */ (null), did, notices, alarms};
  const chrome = {
    i18n: {getMessage: (/** @type {string} */ key, /** @type {string[]} */ parts = []) => catalogue[key]?.message.replace(/\$(\d)/g, (/** @type {string} */ _, /** @type {string} */ n) => parts[Number(n) - 1] ?? '') ?? ''},
    storage: {local: area(), session: area(), sync: area()},
    runtime: {
      id: ORIGIN.split('/')[2], getURL: (/** @type {string} */ path) => `${ORIGIN}/${path}`, getManifest: () => JSON.parse(readFileSync(new URL('../manifest.json', import.meta.url), 'utf-8')),
      openOptionsPage: async () => { did.options.push(1); }, sendMessage: async (/** @type {any} */ message) => { did.messages.push(message); return {ok: true}; },
      onInstalled: event(), onStartup: event(), onMessage: event(),
    },
    permissions: {contains: async () => state.allowed, request: async () => state.allowed, onAdded: event(), onRemoved: event()},
    alarms: {get: async (/** @type {string} */ name) => alarms.get(name), create: async (/** @type {string} */ name, /** @type {any} */ how) => { alarms.set(name, how); }, onAlarm: event()},
    cookies: {get: async () => state.cookie, onChanged: event()},
    notifications: {
      create: async (/** @type {string} */ id, /** @type {any} */ options) => { notices.set(id, options); return id; }, clear: async (/** @type {string} */ id) => notices.delete(id),
      getAll: async () => Object.fromEntries([...notices.keys()].map(id => [id, true])), onClicked: event(), onButtonClicked: event(), onClosed: event(),
    },
    tabs: {create: async (/** @type {any} */ how) => { did.tabs.push(how.url); }},
    windows: {create: async (/** @type {any} */ how) => { did.windows.push(how.url); }, getCurrent: async () => ({id: 1})},
    action: {setBadgeText: async (/** @type {any} */ how) => { did.badge.push(how.text); }, setBadgeBackgroundColor: async () => {}, setBadgeTextColor: async () => {}, setTitle: async (/** @type {any} */ how) => { did.badge.push(how.title); }},
    sidePanel: {open: async () => { did.panel.push(1); }},
    commands: {onCommand: event()},
  };
  /** @type {any} */ (globalThis).chrome = chrome;
  /** @type {any} */ (globalThis).indexedDB = base();
  if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', {value: {userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156'}, configurable: true});
  return {...state, chrome, set(/** @type {Partial<typeof state>} */ values) { Object.assign(state, values); }};
}

/** As much of IndexedDB as the vault needs. */
function base() {
  /** @type {Map<string, any>} */
  const kept = new Map();
  const later = (/** @type {() => void} */ work) => { setTimeout(work); };
  const store = {get: (/** @type {string} */ name) => ({result: kept.get(name)}), put: (/** @type {any} */ value, /** @type {string} */ name) => { kept.set(name, value); return {}; }, delete: (/** @type {string} */ name) => { kept.delete(name); return {}; }};
  return {open() {
    const request = /** @type {any} */ ({result: {createObjectStore() {}, close() {}, transaction() { const made = /** @type {any} */ ({objectStore: () => store}); later(() => made.oncomplete?.()); return made; }}});
    later(() => { request.onupgradeneeded?.(); request.onsuccess?.(); });
    return request;
  }};
}

/** A lot as the gateway tells it. @param {any} [changes] @returns {any} */
export function auction(changes = {}) {
  const {data, config, ...rest} = changes;
  return {
    id: '70012345', title: 'Cordless lamp, 18V', url: 'https://www.nellisauction.com/p/lamp/70012345', imageUrl: null, status: 'monitoring', lastUpdate: 1_790_000_000_000, mode: 'live',
    forecast: {kind: 'will', sentence: 'Will bid up to $40.'}, outcome: null, standing: false, inDoubt: null, allIn: {current: 17.44, cap: 49.82, next: 18.68}, caps: {hammer: 40, allIn: 49.82},
    rates: {premium: '15', tax: '8.3', source: 'default'}, group: null, exposure: 0, ownHigh: 0, endedAt: null, postMortem: null,
    ...rest,
    config: {maxBid: 40, autoBid: true, strategy: 'sniping', strategyName: 'sniping', version: '7', params: {}, ...config},
    data: data === null ? null : {currentBid: 14, nextBid: 15, bidCount: 3, isWinning: false, closeTime: '2026-09-21T14:53:20.000Z', retailPrice: 69.5, location: {id: 7, name: 'Phoenix'}, extended: false, notes: 'open box', seenAt: 1_790_000_000_000, ...data},
  };
}

/** The gateway's switches. @param {any} [changes] @returns {any} */
export const service = (changes = {}) => ({mode: 'live', halted: false, haltedWhy: '', gen: '1', session: 'ok', sessionWhy: '', sessionCheckedAt: null, exposure: 0, budget: 2000, storeUp: true, breaker: 'closed', format: 'ok', formatWhy: '', ...changes});
