-- WATCH  wall, cmd, sha, lot, field, value, ... -> {'ok', cap_ver} | {'no', why} | {'conflict'}
local old = again(ARGV[2], ARGV[3]); if old then return old end
local id = ARGV[4]; local l = hash(lotk(id))
if l.watched == '1' then return {'no', 'watched'} end
if l.final == '1' or redis.call('SISMEMBER', P .. 'won', id) == 1 then return {'no', 'closed'} end  -- what was won is booked once, for good
local why = edit(id, l, 5, ''); if why then return {'no', why} end
set(lotk(id), 'watched', '1', 'status', l.status or 'new', 'inflight', l.inflight or '')
for _, q in ipairs(QUEUES) do redis.call('ZADD', duek(q), str(now), id) end
redis.call('ZADD', P .. 'lots', l.close or '+inf', id); redis.call('ZREM', P .. 'gone', id)
for _, q in ipairs(QUEUES) do wake(q, id, now) end
emit('watch.added', id)
return answer(ARGV[2], ARGV[3], 'ok', l.cap_ver)
