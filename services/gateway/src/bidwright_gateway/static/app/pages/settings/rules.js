// Where which notice goes. The first rule that fits decides; without one it goes to all channels. What is urgent cannot be muted.
import {html, useState} from '../../lib/html.js';
import {rest} from '../../lib/rest.js';
import {t} from '../../lib/words.js';
import {useDeed} from '../../state/reading.js';
import {fresh} from '../../state/store.js';

export const KINDS = ['won', 'lost', 'outbid', 'wont', 'ending', 'doubt', 'preflight', 'session', 'halt', 'plugin', 'experiment', 'site', 'found', 'missed'];
const NEW = {kinds: [], severity: 'any', channels: [], mute: false};

export function Rules({stored, channels, reload}) {
  const deed = useDeed(), [rules, set] = useState(stored.map(rule => ({...NEW, ...rule})));
  const put = (n, more) => { deed.clear(); set(rules.map((rule, m) => m === n ? {...rule, ...more} : rule)); };
  const move = (n, by) => { const next = [...rules]; [next[n], next[n + by]] = [next[n + by], next[n]]; set(next); };
  const save = event => { event.preventDefault(); deed.run(async () => { await rest('PUT', '/api/notifications/settings', {rules}); await reload(); }, t('saved_at_once')); };
  return html`<form id="rules" class="stack" onSubmit=${save}><h3>${t('rules')}</h3><p class="muted">${t('rules_about')}</p>
    <ol class="plain rules">${rules.map((rule, n) => html`<li key=${n} class="rule"><fieldset disabled=${!fresh.value}><legend>${t('rule', n + 1)} <span class="muted">${sentence(rule)}</span></legend>
      <details><summary>${t('rule_kinds')}</summary><div class="boxes">${KINDS.map(kind => html`<label class="check" key=${kind}><input type="checkbox" checked=${rule.kinds.includes(kind)} onChange=${event => put(n, {kinds: event.target.checked ? [...rule.kinds, kind] : rule.kinds.filter(one => one !== kind)})} /> ${t(`kind_${kind}`)}</label>`)}</div></details>
      <div class="line"><label>${t('rule_severity')} <select value=${rule.severity} onChange=${event => put(n, {severity: event.target.value, mute: rule.mute && event.target.value === 'normal'})}>${['any', 'urgent', 'normal'].map(name => html`<option key=${name} value=${name}>${t(`severity_${name}`)}</option>`)}</select></label>
        <div class="boxes" role="group" aria-label=${t('rule_to')}>${[...new Set([...channels, ...rule.channels])].map(name => html`<label class="check" key=${name}><input type="checkbox" checked=${rule.channels.includes(name)} disabled=${rule.mute} onChange=${event => put(n, {channels: event.target.checked ? [...rule.channels, name] : rule.channels.filter(one => one !== name)})} /> ${name}</label>`)}
          <label class="check"><input type="checkbox" checked=${rule.mute} disabled=${rule.severity !== 'normal'} onChange=${event => put(n, {mute: event.target.checked, channels: []})} /> ${t('nobody')}</label></div></div>
      <div class="line"><button type="button" disabled=${n === 0} aria-label=${t('rule_up', n + 1)} onClick=${() => move(n, -1)}>↑</button><button type="button" disabled=${n === rules.length - 1} aria-label=${t('rule_down', n + 1)} onClick=${() => move(n, 1)}>↓</button><button type="button" aria-label=${t('rule_remove', n + 1)} onClick=${() => { deed.clear(); set(rules.filter((_, m) => m !== n)); }}>${t('remove')}</button></div></fieldset></li>`)}</ol>
    <p>${t(rules.length ? 'rules_rest' : 'rules_none')}</p>
    <div class="line"><button type="button" onClick=${() => set([...rules, NEW])}>${t('rule_add')}</button><button type="submit" class="primary" disabled=${deed.busy || !fresh.value}>${t('rules_save')}</button><span class="muted" role="status">${deed.done}</span></div>
    <p class="wrong" role="alert">${deed.wrong?.message ?? ''}</p></form>`;
}

function sentence({kinds, severity, channels, mute}) {
  const what = kinds.length ? kinds.map(kind => t(`kind_${kind}`)).join(', ') : t('kind_every');
  return t('rule_says', what, severity === 'any' ? '' : ` (${t(`severity_${severity}`)})`, mute ? t('nobody') : channels.join(', ') || '…');
}
