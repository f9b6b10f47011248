-- HALT_HERE  wall, by, what, ttl_ms     by: file | environment; what: the thing to take away     -> {'ok', gen, 'new' | 'same'}
-- Something on a host says stop. It is said again every second while it is there, so that nobody resumes past it; what runs is halted.
redis.call('ZADD', P .. 'halt:here', str(now + num(ARGV[4], 0)), ARGV[3])
local k = redis.call('HMGET', P .. 'kill', 'state', 'gen')
if k[1] == 'halt' then return {'ok', k[2] or '0', 'same'} end
local gen = num(k[2], 0) + 1
set(P .. 'kill', 'state', 'halt', 'gen', gen, 'by', ARGV[2], 'why', ARGV[3], 'at', now)
emit('halt.changed')
return {'ok', str(gen), 'new'}
