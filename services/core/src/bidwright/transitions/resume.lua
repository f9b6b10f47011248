-- RESUME  wall, by, gen, live                   -> {'ok', gen} | {'no', 'stale' | 'no-epoch' | 'halted-here'}     live: '1', '0' or '' (as it was)
if redis.call('EXISTS', P .. 'meta') == 0 then return {'no', 'no-epoch'} end
local k = redis.call('HMGET', P .. 'kill', 'gen', 'live')
if (k[1] or '0') ~= ARGV[3] then return {'no', 'stale'} end
redis.call('ZREMRANGEBYSCORE', P .. 'halt:here', '-inf', str(now))
if redis.call('ZCARD', P .. 'halt:here') > 0 then return {'no', 'halted-here'} end  -- a file or a variable still says stop
local gen = num(k[1], 0) + 1
set(P .. 'kill', 'state', 'run', 'gen', gen, 'by', ARGV[2], 'why', '', 'at', now, 'live', ARGV[4] ~= '' and ARGV[4] or k[2] or '0')
for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do wake('bid', id, now) end
emit('halt.changed')
return {'ok', str(gen)}
