// A form drawn from a strategy's JSON Schema: whatever a strategy asks for has its box here, without this file knowing the strategy.
import {el, put} from './dom.js';
import {t} from './words.js';

/** @typedef {{type?: string, title?: string, description?: string, default?: unknown, minimum?: number, maximum?: number, exclusiveMinimum?: number, exclusiveMaximum?: number, enum?: unknown[], anyOf?: Field[], maxLength?: number}} Field */
let made = 0;

/**
 * The form of *schema*, filled with *values* where there are any, else with the defaults.
 * @param {string | {properties?: Record<string, Field>}} schema @param {Record<string, unknown>} values @param {() => void} onchange
 */
export function schemaForm(schema, values, onchange = () => {}) {
  const fields = Object.entries(parsed(schema).properties ?? {}).map(([name, field]) => control(name, field, values[name], onchange));
  const node = fields.length ? el('div', {className: 'settings'}, ...fields.map(field => field.node)) : el('p', {className: 'muted'}, t('strategy_no_settings'));
  return {
    node,
    get dirty() { return fields.some(field => field.dirty); },
    /** Only what differs from what is stored; null when a box is wrong, which is marked then. @returns {Record<string, unknown> | null} */
    read() {
      /** @type {Record<string, unknown>} */
      const found = {};
      for (const field of fields) {
        if (!field.dirty) continue;
        const read = field.read();
        if ('wrong' in read) { field.mark(read.wrong); return null; }
        field.mark('');
        found[field.name] = read.value;
      }
      return found;
    },
  };
}

/** @param {string} name @param {Field} asked @param {unknown} value @param {() => void} onchange */
function control(name, asked, value, onchange) {
  const {field, nullable} = unwrapped(asked), id = `set-${++made}`, given = value === undefined ? asked.default ?? field.default : value;
  const title = asked.title ?? field.title ?? name, hint = asked.description ?? field.description ?? '';
  const wrong = el('p', {className: 'wrong', role: 'alert'});
  const about = el('p', {className: 'muted', id: `${id}-hint`}, hint);
  /** @type {HTMLInputElement | HTMLSelectElement} */
  let box;
  if (field.type === 'boolean') box = el('input', {type: 'checkbox', id, checked: given === true, onchange});
  else if (field.enum) box = el('select', {id, onchange}, ...field.enum.map(one => el('option', {value: String(one), selected: one === given}, String(one))));
  else box = el('input', {id, value: given === null || given === undefined ? '' : String(given), inputMode: field.type === 'string' ? 'text' : 'decimal', autocomplete: 'off', placeholder: nullable ? t('none') : '', oninput: onchange});
  if (hint) box.setAttribute('aria-describedby', about.id);
  const now = () => box instanceof HTMLInputElement && box.type === 'checkbox' ? String(box.checked) : box.value.trim();
  const before = now();
  const node = field.type === 'boolean'
    ? el('div', {className: 'field'}, el('label', {className: 'check', htmlFor: id}, box, title), ...(hint ? [about] : []), wrong)
    : el('div', {className: 'field'}, el('label', {htmlFor: id}, title), box, ...(hint ? [about] : []), wrong);
  return {
    name, node,
    get dirty() { return now() !== before; },
    read: () => /** @type {{value: unknown} | {wrong: string}} */ (valueOf(now(), field, nullable)),
    /** @param {string} sentence */
    mark(sentence) {
      put(wrong, sentence);
      if (sentence) { box.setAttribute('aria-invalid', 'true'); box.focus(); } else box.removeAttribute('aria-invalid');
    },
  };
}

/** What a text means for a field, or what is wrong with it. @param {string} text @param {Field} field @param {boolean} nullable */
export function valueOf(text, field, nullable) {
  if (field.type === 'boolean') return {value: text === 'true'};
  if (field.enum) return {value: field.enum.find(one => String(one) === text)};
  if (!text) return nullable ? {value: null} : {wrong: t('field_empty')};
  if (field.type === 'string') return field.maxLength !== undefined && text.length > field.maxLength ? {wrong: t('field_long', field.maxLength)} : {value: text};
  const number = Number(text.replaceAll(',', ''));
  if (!Number.isFinite(number)) return {wrong: t('field_number')};
  if (field.type === 'integer' && !Number.isInteger(number)) return {wrong: t('field_whole')};
  const low = field.minimum ?? field.exclusiveMinimum, high = field.maximum ?? field.exclusiveMaximum;
  const under = field.minimum !== undefined ? number < field.minimum : field.exclusiveMinimum !== undefined && number <= field.exclusiveMinimum;
  const over = field.maximum !== undefined ? number > field.maximum : field.exclusiveMaximum !== undefined && number >= field.exclusiveMaximum;
  if (under || over) return {wrong: low !== undefined && high !== undefined ? t('field_between', low, high) : under ? t('field_least', low ?? '') : t('field_most', high ?? '')};
  return {value: number};
}

/** The plain field behind "this or nothing". @param {Field} field */
function unwrapped(field) {
  const kinds = field.anyOf ?? [], plain = kinds.find(kind => kind.type !== 'null');
  return plain ? {field: {...plain, title: field.title}, nullable: kinds.some(kind => kind.type === 'null')} : {field, nullable: false};
}

/** @param {string | {properties?: Record<string, Field>}} schema @returns {{properties?: Record<string, Field>}} */
function parsed(schema) {
  if (typeof schema !== 'string') return schema;
  try { return JSON.parse(schema || '{}'); } catch { return {}; }
}
