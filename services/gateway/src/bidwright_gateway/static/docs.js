// The API as a list, from /openapi.json.
import {$, el, put} from './dom.js';

const api = await (await fetch('/openapi.json')).json();
put($('about'), api.info.description.replaceAll('`', ''));
const groups = new Map();
for (const [path, verbs] of Object.entries(api.paths)) {
  for (const [verb, route] of Object.entries(verbs)) {
    const rows = groups.get(route.tags?.[0] ?? 'other') ?? [];
    groups.set(route.tags?.[0] ?? 'other', rows);
    const body = route.requestBody?.content?.['application/json']?.schema?.properties;
    rows.push(el('tr', {}, el('td', {className: 'verb'}, verb.toUpperCase()), el('td', {}, el('code', {}, path)),
      el('td', {}, route.responses?.[200]?.description ?? route.summary ?? '', body ? el('div', {className: 'muted'}, `body: ${Object.keys(body).join(', ')}`) : '')));
  }
}
for (const [name, rows] of groups) $('docs').append(el('section', {className: 'card'}, el('h2', {}, name[0].toUpperCase() + name.slice(1)), el('table', {className: 'docs'}, el('tbody', {}, ...rows))));
