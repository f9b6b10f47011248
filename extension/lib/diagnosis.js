// What may be given to whoever helps. Everything in it is named here; nothing is copied as a whole, so nothing slips in.
import {allowed} from './api.js';
import {notes} from './log.js';
import * as store from './store.js';

/** The picture of this extension without keys, cookies, tokens, titles, amounts or the gateway's name. */
export async function diagnosis() {
  const {link, service, site, lots} = await store.snapshot(), gateway = await store.gateway(), wishes = await store.wishes();
  const url = gateway && new URL(gateway.url);
  return {
    extension: chrome.runtime.getManifest().version, browser: navigator.userAgent, at: new Date().toISOString(),
    gateway: url ? {scheme: url.protocol, port: url.port, loopback: ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname), allowed: await allowed(gateway.url), pairedAt: gateway.pairedAt} : null,
    link: {state: link.state, code: link.code, since: link.since}, last: await store.last(),
    service: service && {mode: service.mode, halted: service.halted, session: service.session, storeUp: service.storeUp, breaker: service.breaker, format: service.format},
    site: site && {real: site.real, simulated: site.simulated},
    lots: lots.map(({auction}) => ({status: auction.status, armed: auction.config.autoBid, mode: auction.mode, forecast: auction.forecast.kind, outcome: auction.outcome})),
    wishes: {tell: wishes.tell, theme: wishes.theme},
    log: await notes(),
  };
}
