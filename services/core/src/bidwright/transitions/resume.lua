-- RESUME  wall, by, gen, live                   -> {'ok', gen} | {'no', 'stale' | 'no-epoch' | 'halted-here'} | {'no', 'unread', lots}     live: '1', '0' or '' (as it was)
if redis.call('EXISTS', P .. 'meta') == 0 then return {'no', 'no-epoch'} end
local k = redis.call('HMGET', P .. 'kill', 'gen', 'live')
if (k[1] or '0') ~= ARGV[3] then return {'no', 'stale'} end
redis.call('ZREMRANGEBYSCORE', P .. 'halt:here', '-inf', str(now))
if redis.call('ZCARD', P .. 'halt:here') > 0 then return {'no', 'halted-here'} end  -- a file or a variable still says stop
local restored = whole(redis.call('HGET', P .. 'meta', 'restored'))
if restored then                                           -- from a backup: what the site did since must be known for every lot
  local unread = 0
  for _, id in ipairs(redis.call('ZRANGE', P .. 'lots', 0, -1)) do
    local h = redis.call('HMGET', lotk(id), 'obs_started', 'shown_started', 'mode', 'final')
    local seen = num(h[1], -1)
    if h[3] ~= 'live' then seen = math.max(seen, num(h[2], -1)) end  -- paper needs no word on whether we lead
    if h[4] ~= '1' and seen <= restored then unread = unread + 1 end
  end
  if unread > 0 then return {'no', 'unread', str(unread)} end
  set(P .. 'meta', 'restored', '')
end
local gen = num(k[1], 0) + 1
set(P .. 'kill', 'state', 'run', 'gen', gen, 'by', ARGV[2], 'why', '', 'at', now, 'live', ARGV[4] ~= '' and ARGV[4] or k[2] or '0')
for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do wake('bid', id, now) end
emit('halt.changed')
return {'ok', str(gen)}
