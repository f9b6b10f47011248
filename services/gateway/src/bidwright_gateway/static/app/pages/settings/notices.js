// Notices: the channels with a trial of each, and what was told and what not.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {joined, many, moment, t} from '../../lib/words.js';
import {Shape} from '../../parts/shape.js';
import {Unread, useReading} from '../../state/reading.js';

const EVERY_MS = 5000, PAGE = 20, MOST = 200, STATES = ['open', 'undelivered', 'partly', 'held', 'muted'];
const SHAPES = {delivered: 'ok', pending: 'stale', held: 'stale', partly: 'bad', undelivered: 'bad', muted: 'off', withdrawn: 'off'}, LANES = {ok: 'ok', failing: 'bad', down: 'bad'};

export function Notices() {
  const [filter, choose] = useState(''), [shown, more] = useState(PAGE), reading = useReading(`/api/notifications?limit=${Math.min(shown, MOST)}${filter ? `&state=${filter}` : ''}`, {every: EVERY_MS}), {data} = reading;
  return html`<section class="card stack" id="notices"><h2>${t('notices')} <span class="muted" id="notices-count">${data ? counts(data) : ''}</span></h2><${Unread} reading=${reading} />
    ${data && !data.running && html`<p id="notices-none">${t('no_notifier')} <code>ntfy://my-topic</code>, <code>webhook:https://…#secret</code>, <code>browser:</code></p>`}
    ${data?.running && data.problems.length > 0 && html`<ul class="wrong plain">${data.problems.map(one => html`<li key=${one}>${one}</li>`)}</ul>`}
    ${data && data.channels.length > 0 && html`<h3>${t('channels')}</h3><ul class="plain rows lanes">${data.channels.map(one => html`<${Lane} key=${one.name} channel=${one} running=${data.running} />`)}</ul>`}
    <div class="line between"><h3>${t('what_was_told')}</h3><label class="inline">${t('show')} <select id="notices-filter" value=${filter} onChange=${event => { choose(event.target.value); more(PAGE); }}><option value="">${t('everything')}</option>${STATES.map(name => html`<option key=${name} value=${name}>${t(`notice_state_${name}`)}</option>`)}</select></label></div>
    ${data && !data.notifications.length && html`<p id="notices-empty" class="muted">${t(filter ? 'none_of_these' : 'told_nothing')}</p>`}
    <ol class="plain rows told" aria-label=${t('notices_list')}>${(data?.notifications ?? []).map(entry => html`<${Told} key=${entry.id} entry=${entry} />`)}</ol>
    ${data?.next && shown < MOST && html`<button type="button" onClick=${() => more(shown + PAGE)}>${t('show_older')}</button>`}</section>`;
}

function counts({counts: of, channels}) {
  const bad = of.undelivered + of.partly, down = channels.filter(one => one.state === 'down').map(one => one.name);
  return joined(bad && t('count_undelivered', bad), of.pending && t('count_pending', of.pending), of.held && t('count_held', of.held), of.dropped && t('count_dropped', of.dropped), down.length && t('count_down', down.join(', ')));
}

function Lane({channel, running}) {
  const [result, say] = useState(null), [busy, occupy] = useState(false), {name} = channel;
  const attempt = async () => {
    occupy(true); say({text: t('trial_sending')});
    try { const told = await rest('POST', '/api/notifications/test', {channel: name}); say({bad: !told.delivered, text: told.delivered ? t('trial_delivered', told.tookMs) : t('trial_failed', told.why)}); } catch (error) { say({bad: true, text: error.message}); }
    occupy(false);
  };
  return html`<li class="lane" data-state=${channel.state}><div><strong>${name}</strong> <span class="state" data-state=${LANES[channel.state]}><${Shape} of=${LANES[channel.state]} /> ${t(`lane_${channel.state}`)}</span>
      <p class="muted">${joined(channel.description, channel.waiting && t('lane_waiting', channel.waiting), channel.lastDelivered && t('lane_last', moment(Date.parse(channel.lastDelivered))))}</p>
      ${channel.why && html`<p class="wrong">${t('lane_why', channel.why)}</p>`}<p class="lane-result ${result?.bad ? 'wrong' : 'good'}" role="status">${result?.text ?? ''}</p></div>
    <button type="button" disabled=${!running || busy} aria-label=${t('trial_through', name)} onClick=${attempt}>${t('trial')}</button></li>`;
}

const troubleOf = ({state, attempts, channel}) => attempts ? many(state === 'undelivered' ? 'given_up' : 'waits', attempts, channel) : t('waits_none', channel);

function Told({entry}) {
  const has = entry.deliveries.filter(one => one.state === 'delivered').map(one => one.channel + (one.escalated ? t('second_way_mark') : ''));
  const word = entry.state === 'pending' && has.length ? t('told_not_all', has.join(', ')) : `${t(`notice_state_${entry.state}`)}${has.length ? ` ${t('told_by', has.join(', '))}` : ''}`;
  return html`<li data-state=${entry.state}><time class="muted tabular" datetime=${entry.at}>${entry.at ? moment(Date.parse(entry.at)) : ''}</time><div><p>${entry.auctionId ? html`<a href="#/lot/${entry.auctionId}">${entry.text}</a>` : entry.text}</p>
    <p class="told-state state" data-state=${SHAPES[entry.state]}><${Shape} of=${SHAPES[entry.state]} /> ${word}${entry.heldUntil ? ` ${t(`held_for_${entry.heldFor === 'quiet' ? 'quiet' : 'digest'}`, moment(Date.parse(entry.heldUntil)))}` : ''}${entry.urgent ? ` · ${t('urgent')}` : ''}</p>
    ${entry.deliveries.filter(one => one.state !== 'delivered').map(one => html`<p key=${one.channel} class=${one.why ? 'wrong' : 'muted'}>${troubleOf(one)}${one.why ? `: ${one.why}` : ''}</p>`)}</div></li>`;
}
