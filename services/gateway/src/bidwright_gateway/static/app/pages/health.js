// Health: can a bid be made right now, and if not, what to do; then every part, the site, the queue, the gateway's own checks.
import {html} from '../lib/html.js';
import {t} from '../lib/words.js';
import {useReading} from '../state/reading.js';
import {Answer} from './health/answer.js';
import {Checks} from './health/checks.js';
import {Parts} from './health/parts.js';
import {Queue} from './health/queue.js';
import {Site} from './health/site.js';

const OFTEN_MS = 5000, SELDOM_MS = 10_000;

export function Health() {
  const health = useReading('/health?detailed=true', {every: OFTEN_MS}), status = useReading('/api/status', {every: SELDOM_MS}), site = useReading('/api/site', {every: SELDOM_MS});
  const breaker = useReading('/api/circuit-breaker', {every: SELDOM_MS}), queue = useReading('/api/polling-queue', {every: SELDOM_MS});
  return html`<h2 tabindex="-1">${t('page_health')}</h2>
    <${Answer} status=${status} site=${site} queue=${queue} />
    <${Parts} reading=${status} /><${Site} reading=${site} breaker=${breaker} /><${Queue} reading=${queue} /><${Checks} reading=${health} version=${status.data?.version} />`;
}
