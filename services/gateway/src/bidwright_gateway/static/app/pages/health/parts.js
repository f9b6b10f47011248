// Every part with its replicas: when it was last heard of, since when it runs, what is wrong with it.
import {html} from '../../lib/html.js';
import {joined, span, t} from '../../lib/words.js';
import {Unread} from '../../state/reading.js';
import {Line} from './line.js';

const PARTS = ['gateway', 'nellis-proxy', 'poller', 'bidder', 'notifier'], SILENT_MS = 15_000, OPTIONAL = new Set(['notifier']);

export function Parts({reading}) {
  const replicas = reading.data?.services ?? [], names = [...new Set([...PARTS, ...replicas.map(one => one.service)])];
  return html`<section class="card stack" id="parts"><h3>${t('parts')}</h3><${Unread} reading=${reading} />
    ${reading.data && html`<ul class="plain rows">${names.map(name => html`<${Part} key=${name} name=${name} replicas=${replicas.filter(one => one.service === name)} />`)}</ul>`}</section>`;
}

function Part({name, replicas}) {
  const silent = replicas.filter(one => one.silentMs > SILENT_MS), wrong = replicas.flatMap(one => [...one.pluginProblems, ...one.unwell]);
  if (!replicas.length) return html`<${Line} name=${name} ok=${OPTIONAL.has(name)} text=${t(OPTIONAL.has(name) ? 'part_optional' : 'part_missing')} todo=${t('todo_start', name)} />`;
  return html`<${Line} name=${name} ok=${!silent.length && !wrong.length} text=${t(`part_${name.replace('-', '_')}`)} todo=${wrong.length ? t('todo_log', name) : t('todo_start', name)}>
    ${replicas.map(one => html`<p key=${one.replica} class="muted tabular">${joined(one.replica, t('heard_ago', span(one.silentMs)), t('runs_since', span(Date.now() - one.startedAt)), t('megabytes', Math.round(one.pssBytes / 1_048_576)))}</p>`)}
    ${wrong.map(why => html`<p class="wrong">${why}</p>`)}<//>`;
}
