-- RENEW  wall, queue, lot, fence, lease_ms      -> {'ok', now} | {'no', 'fenced' | 'not-taken'}
local q, id = ARGV[2], ARGV[3]
local h = redis.call('HMGET', lotk(id), 'fence:' .. q, 'lease:' .. q)
if h[1] ~= ARGV[4] then return {'no', 'fenced'} end
if not h[2] or h[2] == '' then return {'no', 'not-taken'} end
redis.call('HSET', lotk(id), 'lease:' .. q, str(now + tonumber(ARGV[5])))
redis.call('ZADD', duek(q), 'XX', str(now + tonumber(ARGV[5])), id)
save_clock()
return {'ok', str(now)}
