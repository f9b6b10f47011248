// What holds for all of it: every module is tried, every feature says where it was tried, nothing is loaded from elsewhere.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';

const ROOT = new URL('../', import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, ROOT), 'utf-8');
const modules = ['lib', 'background', 'content', 'popup', 'sidepanel', 'options', 'confirm'].flatMap(folder => readdirSync(new URL(folder, ROOT), {recursive: true}).map(name => `${folder}/${name}`)).filter(path => path.endsWith('.js'));
/** Drawn by pages as a whole: tried in a real browser (tests/e2e/test_extension_*.py). */
const IN_THE_BROWSER = /^(content\/(start|main|features\/|panel\/)|popup\/|sidepanel\/|options\/|confirm\/|background\/worker)/;

test('every module is imported by a test, or belongs to a page that is driven in a real browser', () => {
  const tests = readdirSync(new URL('test', ROOT)).map(name => read(`test/${name}`)).join('\n');
  assert.deepEqual([], modules.filter(path => !tests.includes(`'../${path}'`) && !IN_THE_BROWSER.test(path) && path !== 'lib/types.js'));
});

test('every module begins by saying what it is, and stays small', () => {
  for (const path of modules) {
    const text = read(path);
    assert.match(text, /^\/\/ \S/, path);
    assert.ok(text.split('\n').length < 300, path);
  }
});

test('features of the site\'s pages say where they were tried', () => {
  for (const path of modules.filter(name => /^content\/features\//.test(name))) assert.match(read(path), /\/\* Tried on: /, path);
});

test('no text is written in code: people read only what the catalogue has', () => {
  for (const path of modules) for (const line of read(path).split('\n')) assert.doesNotMatch(line.replace(/^\s*(\/\/|\*|\/\*).*/, ''), /el\('(?:p|button|h\d|label|a)', \{[^}]*\}, '[A-Z]/, `${path}: ${line}`);
});

test('the manifest asks for what the options explain, and for no more', () => {
  const manifest = JSON.parse(read('manifest.json')), texts = JSON.parse(read('_locales/en/messages.json'));
  assert.deepEqual(['alarms', 'cookies', 'notifications', 'sidePanel', 'storage'], [...manifest.permissions].sort());
  for (const name of [...manifest.permissions, 'site', 'gateway']) assert.ok(texts[`permission_${name}_why`], name);
  assert.ok(manifest.host_permissions.every((/** @type {string} */ host) => /^\*:\/\/(www\.)?nellisauction\.com\/\*$/.test(host)));
});
