-- HALT  wall, by, why                           -> {'ok', gen}
local gen = num(redis.call('HGET', P .. 'kill', 'gen'), 0) + 1
set(P .. 'kill', 'state', 'halt', 'gen', gen, 'by', ARGV[2], 'why', ARGV[3], 'at', now)
emit('halt.changed')
return {'ok', str(gen)}
