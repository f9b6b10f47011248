-- SESSION  wall, state, why, [sealed, key id]     -> {'ok', state}     state: ok | expired | missing | unreadable | unchecked
-- The sealed cookie is written beside the state and never enters an event.
local was = redis.call('HGET', P .. 'session', 'state')
if ARGV[4] then redis.call('HSET', P .. 'session', 'sealed', ARGV[4], 'kid', ARGV[5]) end
set(P .. 'session', 'state', ARGV[2], 'why', ARGV[3], 'checked_at', wall)
if was ~= ARGV[2] or ARGV[4] then
  if ARGV[2] == 'ok' then for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do wake('bid', id, now); wake('poll', id, now) end end
  emit('session.changed')
end
return {'ok', ARGV[2]}
