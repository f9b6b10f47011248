// A form drawn from a strategy's JSON Schema: whatever a strategy asks for has its box here, without this file knowing the strategy.
import {html} from '../lib/html.js';
import {t} from '../lib/words.js';

// *typed*: texts by name, of the boxes that somebody has touched; *wrong*: sentences by name.
export function SchemaForm({fields, values, typed, wrong, type}) {
  if (!fields.length) return html`<p class="muted">${t('strategy_no_settings')}</p>`;
  return html`<div class="settings">${fields.map(field => html`<${Box} key=${field.name} field=${field} text=${typed[field.name] ?? textOf(field, values[field.name])} wrong=${wrong[field.name]} type=${text => type(field.name, text)} />`)}</div>`;
}

function Box({field, text, wrong, type}) {
  const id = `set-${field.name}`, hint = field.hint && html`<p class="muted" id="${id}-hint">${field.hint}</p>`, about = field.hint ? `${id}-hint` : undefined;
  const said = html`<p class="wrong" role="alert">${wrong ?? ''}</p>`, invalid = wrong ? 'true' : undefined;
  if (field.kind === 'boolean') return html`<div><label class="check"><input type="checkbox" id=${id} checked=${text === 'true'} aria-describedby=${about} onChange=${event => type(String(event.target.checked))} /> ${field.title}</label>${hint}${said}</div>`;
  const box = field.options
    ? html`<select id=${id} value=${text} aria-describedby=${about} onChange=${event => type(event.target.value)}>${field.options.map(one => html`<option key=${one} value=${String(one)}>${String(one)}</option>`)}</select>`
    : html`<input id=${id} value=${text} inputmode=${field.kind === 'string' ? 'text' : 'decimal'} autocomplete="off" placeholder=${field.nullable ? t('none') : ''} aria-describedby=${about} aria-invalid=${invalid} onInput=${event => type(event.target.value)} />`;
  return html`<div><label for=${id}>${field.title}</label>${box}${hint}${said}</div>`;
}

// The boxes that a schema asks for.
export function fieldsOf(schema) {
  return Object.entries(parsed(schema).properties ?? {}).map(([name, asked]) => {
    const kinds = asked.anyOf ?? [], plain = kinds.find(kind => kind.type !== 'null') ?? asked;
    return {
      name, title: asked.title ?? name, hint: asked.description ?? plain.description ?? '', kind: plain.type, options: plain.enum, usual: asked.default ?? plain.default,
      nullable: kinds.some(kind => kind.type === 'null'), least: plain.minimum, above: plain.exclusiveMinimum, most: plain.maximum, below: plain.exclusiveMaximum, longest: plain.maxLength,
    };
  });
}

const textOf = (field, value = field.usual) => value === null || value === undefined ? '' : String(value);

// What was typed, as settings to send, or sentences for the boxes that are wrong.
export function settingsOf(fields, values, typed) {
  const params = {}, wrong = {};
  for (const field of fields) {
    const text = typed[field.name]?.trim();
    if (text === undefined || text === textOf(field, values[field.name])) continue;
    const read = valueOf(text, field);
    if ('wrong' in read) wrong[field.name] = read.wrong; else params[field.name] = read.value;
  }
  return {params, wrong};
}

// What a text means for a field, or what is wrong with it.
export function valueOf(text, {kind, options, nullable, longest, least, above, most, below}) {
  if (kind === 'boolean') return {value: text === 'true'};
  if (options) return {value: options.find(one => String(one) === text)};
  if (!text) return nullable ? {value: null} : {wrong: t('field_empty')};
  if (kind === 'string') return longest !== undefined && text.length > longest ? {wrong: t('field_long', longest)} : {value: text};
  const number = Number(text.replaceAll(',', ''));
  if (!Number.isFinite(number)) return {wrong: t('field_number')};
  if (kind === 'integer' && !Number.isInteger(number)) return {wrong: t('field_whole')};
  const low = least ?? above, high = most ?? below, under = number < (least ?? -Infinity) || number <= (above ?? -Infinity), over = number > (most ?? Infinity) || number >= (below ?? Infinity);
  if (under || over) return {wrong: low !== undefined && high !== undefined ? t('field_between', low, high) : under ? t('field_least', low) : t('field_most', high)};
  return {value: number};
}

function parsed(schema) {
  if (typeof schema !== 'string') return schema ?? {};
  try { return JSON.parse(schema || '{}'); } catch { return {}; }
}
