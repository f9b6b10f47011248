// Messages to the worker. It may end while it works: then the same is asked again, with the same key, so that nothing happens twice.
/** @import {Command} from '../lib/commands.js' */
import {t} from '../lib/words.js';

const AGAIN_MS = [100, 400, 1200];
/** Read while there still is a catalogue: after an update this page has none. */
export const RELOAD = t('reload_page'), RELOAD_BUTTON = t('reload');

/** Whether this script still belongs to an extension that is there: after an update the page has to be loaded again. */
export const alive = () => Boolean(globalThis.chrome?.runtime?.id);

/** What was refused or could not be asked, in a sentence. */
export class Refused extends Error {
  /** @param {string} sentence @param {string} code @param {string} field */
  constructor(sentence, code = '', field = '') { super(sentence); this.code = code; this.field = field; }
}

/** Have the worker do *command*. Raises Refused. @param {Command} command @returns {Promise<any>} */
export async function run(command) {
  const reply = await send({type: 'run', command});
  if (!reply.ok) throw new Refused(reply.error, reply.code, reply.field);
  return reply.value;
}

/** Send and wait for the answer, also when the worker ends in between. Raises Refused. @param {unknown} message @returns {Promise<any>} */
export async function send(message) {
  for (let tries = 0; ; tries += 1) {
    if (!alive()) throw new Refused(RELOAD, 'orphan');
    try {
      const reply = await chrome.runtime.sendMessage(message);
      if (reply) return reply;
      throw new Error('no answer');
    } catch (error) {
      if (!alive()) throw new Refused(RELOAD, 'orphan');
      if (tries >= AGAIN_MS.length) throw new Refused(t('worker_silent', /** @type {Error} */ (error).message), 'worker');
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS[tries]));
    }
  }
}
