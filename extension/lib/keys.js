// The device's key and what is done with it: worked out with the gateway and never sent, it signs requests; cookies are sealed to nellis-proxy.
// Keys cannot be taken out of the browser again: none is extractable.
const CURVE = {name: 'ECDH', namedCurve: 'P-256'}, subtle = globalThis.crypto.subtle;
const utf8 = new TextEncoder();

/** A new key pair for pairing: the private half stays, the public half is sent. */
export async function newPair() {
  const pair = /** @type {CryptoKeyPair} */ (await subtle.generateKey(CURVE, false, ['deriveBits']));
  return {privateKey: pair.privateKey, publicKey: base64(new Uint8Array(await subtle.exportKey('raw', pair.publicKey)))};
}

/**
 * The key that the device and the gateway have in common; both work it out. Raises DOMException for what is no point of P-256.
 * @param {CryptoKey} privateKey @param {string} mine our point, base64 @param {string} theirs the gateway's
 * @param {string} deviceId @param {string} origin
 */
export async function deviceKey(privateKey, mine, theirs, deviceId, origin) {
  const point = bytes(theirs), info = utf8.encode(`bidwright device 1\n${deviceId}\n${origin}`);
  const raw = await derived(privateKey, point, joined(point, bytes(mine)), info);
  return subtle.importKey('raw', raw, {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
}

/** Six digits of both public keys, which the host shows as well. @param {string} theirs @param {string} mine */
export async function checkDigits(theirs, mine) {
  const password = await subtle.importKey('raw', joined(bytes(theirs), bytes(mine)), 'PBKDF2', false, ['deriveBits']);
  const made = await subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-256', salt: utf8.encode('bidwright check 1'), iterations: 200_000}, password, 64);
  return String(new DataView(made).getBigUint64(0) % 1_000_000n).padStart(6, '0');
}

/**
 * What signs a request: four values by their short names.
 * @param {CryptoKey} key @param {string} device
 * @param {{method: string, host: string, target: string, body: string}} request @param {number} now Unix ms
 */
export async function signature(key, device, {method, host, target, body}, now) {
  const time = String(Math.round(now)), nonce = randomText(16);
  const digest = hex(await subtle.digest('SHA-256', utf8.encode(body)));
  const text = ['bidwright-1', method, host, target, digest, device, time, nonce].join('\n');
  return {device, time, nonce, signature: hex(await subtle.sign('HMAC', key, utf8.encode(text)))};
}

/**
 * Seal *text* so that only nellis-proxy can read it, for the key that the gateway names.
 * @param {string} text @param {{keyId: string, publicKey: string}} to
 */
export async function sealed(text, to) {
  const {privateKey, publicKey} = await newPair();
  const raw = await derived(privateKey, bytes(to.publicKey), bytes(publicKey), utf8.encode('bidwright cookies 1'));
  const key = await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const ciphertext = await subtle.encrypt({name: 'AES-GCM', iv: nonce, additionalData: utf8.encode(to.keyId)}, key, utf8.encode(text));
  return {keyId: to.keyId, publicKey, nonce: base64(nonce), ciphertext: base64(new Uint8Array(ciphertext))};
}

/** A text that nobody can guess. @param {number} length in bytes */
export const randomText = length => base64(crypto.getRandomValues(new Uint8Array(length))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Whether two texts are the same is told by this without keeping either. @param {string} salt @param {string} text */
export const fingerprint = async (salt, text) => hex(await subtle.digest('SHA-256', utf8.encode(`${salt}\n${text}`)));

/** @param {CryptoKey} privateKey @param {Uint8Array<ArrayBuffer>} point @param {Uint8Array<ArrayBuffer>} salt @param {Uint8Array<ArrayBuffer>} info */
async function derived(privateKey, point, salt, info) {
  const shared = await subtle.deriveBits({name: 'ECDH', public: await subtle.importKey('raw', point, CURVE, false, [])}, privateKey, 256);
  return subtle.deriveBits({name: 'HKDF', hash: 'SHA-256', salt, info}, await subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']), 256);
}

/** @param {string} text */
export const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
/** @param {Uint8Array} raw */
export const base64 = raw => btoa(String.fromCharCode(...raw));
/** @param {ArrayBuffer} raw */
const hex = raw => [...new Uint8Array(raw)].map(byte => byte.toString(16).padStart(2, '0')).join('');
/** @param {Uint8Array} first @param {Uint8Array} second */
function joined(first, second) {
  const made = new Uint8Array(first.length + second.length);
  made.set(first); made.set(second, first.length);
  return made;
}
