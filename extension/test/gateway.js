// A gateway for unit tests: a real HTTP server that checks every signature, remembers keys of changes, and does what a test tells it.
import {createECDH, createHash, createHmac, hkdfSync, pbkdf2Sync} from 'node:crypto';
import {createServer} from 'node:http';

/**
 * *answers*: by "METHOD /path" what is answered, or a function of the body. *seen*: what was asked.
 * @returns {Promise<any>}
 */
export async function gateway() {
  const own = createECDH('prime256v1');
  own.generateKeys();
  const state = /** @type {any} */ ({own, code: '', answers: {}, seen: [], devices: {}, pending: {}, nonces: new Set(), once: {}, cut: 0, status: null});
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', piece => { body += piece; });
    request.on('end', () => {
      if (state.cut > 0) { state.cut -= 1; state.seen.push({path: request.url, cut: true}); request.socket.destroy(); return; }
      const [status, told] = take(request, body);
      response.writeHead(status, {'content-type': 'application/json'}).end(typeof told === 'string' ? told : JSON.stringify(told));
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const port = /** @type {any} */ (server.address()).port;

  /** @param {import('node:http').IncomingMessage} request @param {string} body @returns {[number, any]} */
  function take(request, body) {
    const path = request.url ?? '', name = `${request.method} ${path.split('?')[0]}`, given = body ? JSON.parse(body) : null, head = request.headers;
    if (state.status) return state.status;
    if (name === 'GET /api/config') return [200, {backendUrl: 'x', wsUrl: 'x'}];
    if (name === 'POST /api/pairing/claim') return claim(given);
    const asked = /^GET \/api\/pairing\/([0-9a-f]{32})$/.exec(name);
    if (asked) return [200, {state: state.pending[asked[1]]?.yes ? 'paired' : state.pending[asked[1]] ? 'pending' : 'unknown'}];
    const id = String(head['x-bidwright-device'] ?? '');
    if (id) {
      const wrong = unsigned(request, body, id);
      if (wrong) return [401, {success: false, error: wrong, code: wrong}];
    } else if (head.authorization !== 'Bearer owner') return [401, {success: false, error: 'Authentication required', code: 'UNAUTHORIZED'}];
    const key = head['idempotency-key'];
    if (key && state.once[String(key)]) return state.once[String(key)];
    state.seen.push({name, path, body: given, key, by: id || 'owner'});
    if (name === 'POST /api/pairing') { state.code = 'ABCD2345'; return [200, {code: state.code}]; }
    const said = /^POST \/api\/pairing\/([0-9a-f]{32})\/confirm$/.exec(name);
    if (said) { const waits = state.pending[said[1]]; if (waits.check !== given.check) return [409, {error: 'differs', code: 'CONFLICT'}]; waits.yes = true; return [200, {success: true}]; }
    const answer = state.answers[name] ?? [200, {success: true}], made = typeof answer === 'function' ? answer(given) : answer;
    if (key) state.once[String(key)] = made;
    return made;
  }

  /** @param {any} given @returns {[number, any]} */
  function claim(given) {
    if (given.code !== state.code) return [403, {error: 'This is not the code that the host shows.', code: 'PAIRING_REFUSED'}];
    const id = createHash('md5').update(given.publicKey).digest('hex'), theirs = Buffer.from(given.publicKey, 'base64'), mine = own.getPublicKey();
    const check = String(pbkdf2Sync(Buffer.concat([mine, theirs]), 'bidwright check 1', 200_000, 8, 'sha256').readBigUInt64BE() % 1_000_000n).padStart(6, '0');
    const secret = Buffer.from(hkdfSync('sha256', own.computeSecret(theirs), Buffer.concat([mine, theirs]), `bidwright device 1\n${id}\nchrome-extension://abcdefghijklmnopabcdefghijklmnop`, 32));
    state.pending[id] = {check, yes: false};
    state.devices[id] = secret;
    return [200, {deviceId: id, publicKey: own.getPublicKey('base64'), check, state: 'pending'}];
  }

  /** @param {import('node:http').IncomingMessage} request @param {string} body @param {string} id */
  function unsigned(request, body, id) {
    const of = (/** @type {string} */ name) => String(request.headers[`x-bidwright-${name}`] ?? ''), secret = state.devices[id];
    if (!secret) return 'UNKNOWN_DEVICE';
    if (state.nonces.has(of('nonce'))) return 'REPLAYED';
    state.nonces.add(of('nonce'));
    const text = ['bidwright-1', request.method, request.headers.host, request.url, createHash('sha256').update(body).digest('hex'), id, of('time'), of('nonce')].join('\n');
    return createHmac('sha256', secret).update(text).digest('hex') === of('signature') ? '' : 'INVALID_SIGNATURE';
  }
  return Object.assign(state, {url: `http://127.0.0.1:${port}`, close: () => { server.closeAllConnections(); return new Promise(resolve => server.close(resolve)); }});
}
