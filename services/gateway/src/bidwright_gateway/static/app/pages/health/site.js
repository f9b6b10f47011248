// How it stands with the site: session, breaker, pages, clock, how much of the request budget is used; and a probe that settles what reading can.
import {html, useEffect, useRef, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {moment, t} from '../../lib/words.js';
import {Unread, useDeed} from '../../state/reading.js';
import {fresh, service} from '../../state/store.js';
import {Line} from './line.js';

export function Site({reading, breaker}) {
  const {data} = reading, seen = data?.status, now = service.value, deed = useDeed(), used = useRate(breaker);
  const probe = () => deed.run(async () => { await rest('POST', '/api/site/probe', {}); await reading.reload(); });
  return html`<section class="card stack" id="site"><h3>${t('site')}</h3><${Unread} reading=${reading} />
    ${data?.error && html`<p class="wrong" role="alert">${data.error}</p>`}
    ${seen && html`<ul class="plain rows">
      <${Line} name=${t('site_session')} ok=${seen.session === 'ok'} text=${sessionText(seen.session)} todo=${t('todo_session')}>${now?.sessionCheckedAt && html`<p class="muted">${t('checked_at', moment(Date.parse(now.sessionCheckedAt)))}</p>`}<//>
      <${Line} name=${t('site_breaker')} ok=${seen.breaker === 'closed'} text=${t(`breaker_${seen.breaker.replace('-', '_')}`)} todo=${t('todo_breaker')}>${breaker.data?.circuitBreaker.metrics && html`<p class="muted tabular">${t('breaker_counts', breaker.data.circuitBreaker.metrics.successRate, breaker.data.circuitBreaker.metrics.circuitOpened)}</p>`}<//>
      <${Line} name=${t('site_pages')} ok=${seen.format === 'ok'} text=${seen.format === 'ok' ? t('pages_ok') : seen.formatWhy} todo=${t('todo_pages')} />
      <${Line} name=${t('site_clock')} ok=${seen.clockTrusted} text=${seen.clockWidthMs === null ? t('clock_unknown') : t('clock_width', seen.clockWidthMs)} todo=${t('todo_clock')} />
      <${Line} name=${t('site_rate')} ok=${!seen.blockedUntil} text=${seen.blockedUntil ? t('rate_blocked', moment(Date.parse(seen.blockedUntil))) : t('rate_allowed', seen.requestsPerSecond)} todo=${t('todo_rate')}>
        ${used !== null && html`<p class="muted tabular">${t('rate_used', used.toFixed(2), Math.round(used / seen.requestsPerSecond * 100))}</p><span class="meter"><span class="meter-fill" style=${{width: `${Math.min(100, used / seen.requestsPerSecond * 100)}%`}}></span></span>`}<//>
      <${Line} name=${t('site_live')} ok text=${t('live_streams', seen.liveStreams, seen.lastWay || t('none'))} /></ul>`}
    <div class="line"><button type="button" disabled=${deed.busy || !fresh.value} onClick=${probe}>${t(deed.busy ? 'probing' : 'probe')}</button><span class="muted">${t('probe_about')}</span></div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p>
    ${data?.probe && html`<details><summary>${t('probe_at', data.probe.at ? moment(Date.parse(data.probe.at)) : t('never'))}</summary><ul class="plain">${data.probe.findings.map(one => html`<li key=${one.name}><strong>${one.state}</strong> ${one.sentence}</li>`)}</ul></details>`}</section>`;
}

const sessionText = state => t(['ok', 'expired', 'missing', 'unchecked', 'unreadable'].includes(state) ? `session_${state}` : 'session_unchecked');

// Requests a second, from how many there were at the look before.
function useRate(breaker) {
  const before = useRef(null), [rate, set] = useState(null), total = breaker.data?.circuitBreaker.metrics?.totalRequests;
  useEffect(() => {
    if (total === undefined) return;
    if (before.current && breaker.at > before.current.at && total >= before.current.total) set((total - before.current.total) / ((breaker.at - before.current.at) / 1000));
    before.current = {total, at: breaker.at};
  }, [breaker.at]);
  return rate;
}
