// The API as a list, from /openapi.json.
import {html, render} from './app/lib/html.js';

const api = await (await fetch('/openapi.json')).json(), groups = new Map();
for (const [path, verbs] of Object.entries(api.paths))
  for (const [verb, route] of Object.entries(verbs)) {
    const name = route.tags?.[0] ?? 'other';
    groups.set(name, [...(groups.get(name) ?? []), {path, verb, route}]);
  }
const fields = route => Object.keys(route.requestBody?.content?.['application/json']?.schema?.properties ?? {}).join(', ');
const Row = ({path, verb, route}) => html`<tr><td><strong>${verb.toUpperCase()}</strong></td><td><code>${path}</code></td>
  <td>${route.responses?.[200]?.description ?? route.summary ?? ''}${fields(route) && html`<div class="muted">body: ${fields(route)}</div>`}</td></tr>`;
const main = document.getElementById('docs');
main.replaceChildren();
render(html`<p>${api.info.description.replaceAll('`', '')}</p>${[...groups].map(([name, rows]) => html`
  <section class="card"><h2>${name[0].toUpperCase() + name.slice(1)}</h2><div class="scroll"><table><tbody>${rows.map(row => html`<${Row} ...${row} />`)}</tbody></table></div></section>`)}`, main);
