-- UNWATCH  wall, cmd, sha, lot                  -> {'ok', 'released' | 'draining'} | {'no', 'unwatched'}
local old = again(ARGV[2], ARGV[3]); if old then return old end
local id = ARGV[4]; local l = hash(lotk(id))
if l.watched ~= '1' then return {'no', 'unwatched'} end
set(lotk(id), 'watched', '0', 'armed', '0', 'ask', '', 'cap_ver', redis.call('INCR', P .. 'seq'))
local idle = (l.inflight or '') == '' and (num(l.exposure, 0) == 0 or l.final == '1')
redis.call('ZREM', duek('bid'), id)
if idle then release(id) else wake('poll', id, now) end
emit('watch.removed', id)
return answer(ARGV[2], ARGV[3], 'ok', idle and 'released' or 'draining')
