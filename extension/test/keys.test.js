import assert from 'node:assert/strict';
import {createDecipheriv, createECDH, createHmac, createHash, hkdfSync, pbkdf2Sync} from 'node:crypto';
import {test} from 'node:test';
import {bytes, checkDigits, deviceKey, fingerprint, newPair, randomText, sealed, signature} from '../lib/keys.js';

const host = () => { const made = createECDH('prime256v1'); made.generateKeys(); return made; };
const shared = (/** @type {any} */ theirs, /** @type {string} */ point) => theirs.computeSecret(Buffer.from(point, 'base64'));

test('both sides work out the same key, and a request signed with it is what the gateway expects', async () => {
  const gateway = host(), theirs = gateway.getPublicKey('base64'), mine = await newPair(), id = 'ab'.repeat(16), origin = 'chrome-extension://abc';
  const key = await deviceKey(mine.privateKey, mine.publicKey, theirs, id, origin);
  const signed = await signature(key, id, {method: 'PUT', host: 'localhost:3000', target: '/api/x?y=1', body: '{"a":1}'}, 1_790_000_000_123);
  const salt = Buffer.concat([gateway.getPublicKey(), Buffer.from(mine.publicKey, 'base64')]);
  const secret = Buffer.from(hkdfSync('sha256', shared(gateway, mine.publicKey), salt, `bidwright device 1\n${id}\n${origin}`, 32));
  const text = ['bidwright-1', 'PUT', 'localhost:3000', '/api/x?y=1', createHash('sha256').update('{"a":1}').digest('hex'), id, '1790000000123', signed.nonce].join('\n');
  assert.equal(signed.signature, createHmac('sha256', secret).update(text).digest('hex'));
  assert.match(signed.nonce, /^[A-Za-z0-9_-]{16,64}$/);
});

test('no key can be taken out of the browser again', async () => {
  const mine = await newPair(), key = await deviceKey(mine.privateKey, mine.publicKey, host().getPublicKey('base64'), 'id', 'o');
  await assert.rejects(crypto.subtle.exportKey('raw', key));
  await assert.rejects(crypto.subtle.exportKey('pkcs8', mine.privateKey));
});

test('the six digits are those that the host shows', async () => {
  const theirs = host().getPublicKey('base64'), {publicKey} = await newPair();
  const made = pbkdf2Sync(Buffer.concat([Buffer.from(theirs, 'base64'), Buffer.from(publicKey, 'base64')]), 'bidwright check 1', 200_000, 8, 'sha256');
  assert.equal(await checkDigits(theirs, publicKey), String(made.readBigUInt64BE() % 1_000_000n).padStart(6, '0'));
});

test('what is sealed is opened with the private key alone, and holds no trace of the text', async () => {
  const proxy = host(), letter = await sealed('__session=canary', {keyId: 'k1', publicKey: proxy.getPublicKey('base64')});
  const point = Buffer.from(letter.publicKey, 'base64'), key = Buffer.from(hkdfSync('sha256', shared(proxy, letter.publicKey), point, 'bidwright cookies 1', 32));
  const raw = Buffer.from(letter.ciphertext, 'base64'), open = createDecipheriv('aes-256-gcm', key, Buffer.from(letter.nonce, 'base64')).setAAD(Buffer.from('k1'));
  open.setAuthTag(raw.subarray(-16));
  assert.equal(open.update(raw.subarray(0, -16)).toString() + open.final(), '__session=canary');
  assert.doesNotMatch(JSON.stringify(letter), /canary/);
});

test('what is no point of the curve is refused', async () => {
  const mine = await newPair();
  await assert.rejects(deviceKey(mine.privateKey, mine.publicKey, Buffer.alloc(65, 4).toString('base64'), 'id', 'o'));
});

test('a fingerprint tells the same from another and depends on its salt', async () => {
  assert.equal(await fingerprint('a', 'x'), await fingerprint('a', 'x'));
  assert.notEqual(await fingerprint('a', 'x'), await fingerprint('b', 'x'));
  assert.notEqual(randomText(16), randomText(16));
  assert.equal(bytes('AQI=').length, 2);
});
