// What a person can ask for, each with a key of its own so that it happens once however often it is sent. Used by the worker (for pages
// of the site) and by the extension's own pages.
import {ApiError, ask} from './api.js';
import {t} from './words.js';

/**
 * *key* makes a change happen once; *version* and *mode* are what the person saw when deciding.
 * @typedef {object} Command
 * @property {string} do
 * @property {string} [key]
 * @property {string} [id]
 * @property {Record<string, unknown>} [config]
 * @property {string} [version]
 * @property {string} [mode]
 * @property {number} [amount]
 * @property {string} [gen]
 * @property {string} [group]
 * @property {string} [name]
 * @property {number} [wanted]
 * @property {string[]} [lots]
 */
const LOT = /^\d{1,18}$/, GROUP = /^[A-Za-z0-9_-]{1,80}$/;

/** @type {Record<string, (c: Command) => Promise<any>>} By name: what is asked of the gateway. */
export const CHANGES = {
  watch: c => ask('POST', `/api/auctions/${lot(c)}/monitor`, {config: c.config, expectMode: c.mode}, c),
  change: c => ask('PUT', `/api/auctions/${lot(c)}/config`, {config: c.config, expectVersion: c.version, expectMode: c.mode}, c),
  drop: c => ask('POST', `/api/auctions/${lot(c)}/stop`, {}, c),
  bid: c => ask('POST', `/api/auctions/${lot(c)}/bid`, {amount: c.amount, expectVersion: c.version, expectMode: c.mode}, c),
  halt: c => ask('POST', '/api/halt', {why: t('why_stop')}, c),
  resume: c => ask('POST', '/api/resume', {gen: c.gen}, c),
  groupNew: c => ask('POST', '/api/groups', {name: c.name, wanted: c.wanted, lots: c.lots}, c),
  groupLots: c => ask('PUT', `/api/groups/${group(c)}/lots`, {lots: c.lots}, c),
};

/** @type {Record<string, (c: Command) => Promise<any>>} What is only read. */
export const READS = {
  lot: c => ask('GET', `/api/auctions/${lot(c)}`),
  history: c => ask('GET', `/api/auctions/${lot(c)}/history`),
  receipts: c => ask('GET', `/api/auctions/${lot(c)}/receipts?limit=20`),
  similar: c => ask('GET', `/api/auctions/${lot(c)}/similar?limit=6`),
  look: c => ask('POST', `/api/auctions/${lot(c)}/refresh`, {}),
  strategies: () => ask('GET', '/api/strategies'),
  groups: () => ask('GET', '/api/groups'),
  rates: () => ask('GET', '/api/rates'),
  halted: () => ask('GET', '/api/halt'),
};

/** Do what *command* says. Raises ApiError. @param {Command} command @returns {Promise<any>} */
export function run(command) {
  const work = CHANGES[command.do] ?? READS[command.do];
  if (!Object.hasOwn(CHANGES, command.do) && !Object.hasOwn(READS, command.do)) throw new ApiError(t('error_command', command.do), 'command');
  if (Object.hasOwn(CHANGES, command.do) && !command.key) throw new ApiError(t('error_command', command.do), 'command');
  return work(command);
}

/** @param {Command} c */
function lot({id = ''}) {
  if (!LOT.test(id)) throw new ApiError(t('error_lot', id), 'command');
  return id;
}
/** @param {Command} c */
function group({group: id = ''}) {
  if (!GROUP.test(id)) throw new ApiError(t('error_lot', id), 'command');
  return id;
}
