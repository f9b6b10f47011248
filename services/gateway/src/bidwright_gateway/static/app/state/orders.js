// What a person can order: about a lot, and about everything. Each gives true when it was done; what went wrong is said in words.
import {allInText, hammerText, t} from '../lib/words.js';
import {rest} from '../lib/rest.js';
import {ask} from './ask.js';
import {ask as request} from './link.js';
import {tell, toast} from './news.js';
import {live, lots, mode, realMoney, service, site, takeService} from './store.js';

// Raises what the gateway refuses, for a form that shows it beside its boxes. Who arms names the settings that were seen.
export const change = (auction, config) =>
  request({type: 'updateConfig', auctionId: auction.id, config, ...(config.autoBid ? {expectVersion: auction.config.version, expectMode: service.value?.mode} : {})});

export const arm = (auction, on) => tell(() => change(auction, {autoBid: on}));

// Gives the sentence that says why not, '' when it leads, null when the answer to the question was no.
export async function bid(auction, amount) {
  if (live.value && !await ask({title: t('bid_title', hammerText(Number(amount))), text: t(realMoney.value ? 'bid_text' : 'bid_text_other', auction.title), yes: t('bid_yes')})) return null;
  try { await request({type: 'placeBid', auctionId: auction.id, amount}); return ''; } catch (error) { return error.message; }
}

export async function drop(auction) {
  const sure = await ask({title: t('drop_title', auction.title), text: t(auction.exposure > 0 ? 'drop_standing' : 'drop_text'), yes: t('stop_watching')});
  return sure && tell(() => rest('POST', `/api/auctions/${auction.id}/stop`));
}

export const watch = (lot, config) => rest('POST', '/api/auctions', {lot, config});

export async function stopAll() {
  if (service.value?.halted) { await resume(); return; }
  const why = t('why_halt');
  await tell(async () => {
    const told = await rest('POST', '/api/halt', {why}).catch(error => { throw new Error(t('not_stopped', error.message)); });
    if (service.value) takeService({...service.value, halted: true, haltedWhy: why, gen: told.gen});
  });
}

export async function resume() {
  const standing = await rest('GET', '/api/halt').catch(() => null);
  if (!standing) { toast(t('gateway_away'), {key: 'action', bad: true}); return; }
  if (standing.here.length) { await ask({title: t('resume_not_here'), text: t('resume_here_text'), points: standing.here, yes: t('understood')}); return; }
  if (await ask({title: t('resume_title'), text: t('resume_text'), yes: t('resume')})) await tell(() => rest('POST', '/api/resume', {gen: standing.gen}));
}

export async function changeMode() {
  if (live.value) {
    if (await ask({title: t('dry_title'), text: t('dry_text'), yes: t('dry_run')})) await tell(() => rest('POST', '/api/mode', {mode: 'dry-run'}));
    return;
  }
  if (mode.value?.locked) { await ask({title: t('locked_title'), text: t('locked_text'), yes: t('understood')}); return; }
  if (!await ask({title: t('live_title'), text: liveText(), yes: t('live_yes'), word: 'live'})) return;
  const {terms} = await rest('GET', '/api/mode').catch(() => mode.value ?? {});
  const accepted = terms?.asked && await ask({title: t('terms_title'), text: terms.question, link: {href: site.value.address, text: t('terms_link')}, heading: t('terms_open'), points: terms.openPoints, yes: t('terms_yes')});
  if (terms?.asked && !accepted) return;
  await tell(() => rest('POST', '/api/mode', {mode: 'live', ...(accepted ? {acceptTerms: true} : {})}));
}

// What going live would put at stake, in figures.
function liveText() {
  const armed = [...lots.values()].map(entry => entry.value.auction).filter(auction => auction.config.autoBid && auction.status === 'monitoring');
  const sum = armed.reduce((total, auction) => total + auction.caps.allIn, 0), {budget} = service.value;
  return [t(site.value.real ? 'live_text' : 'live_text_other'), armed.length ? t('live_armed', armed.length, allInText(sum)) : t('live_none'), budget === null ? t('live_no_budget') : t('live_budget', allInText(budget))].join(' ');
}
