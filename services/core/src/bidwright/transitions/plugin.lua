-- PLUGIN  wall, what, name, by, value, more, hooks, strategies  -> {'ok', 'changed' | 'same'} | {'no', 'unknown' | 'stale'}
-- What is known of one plugin that is not ours, over restarts and for all replicas. `what`:
--   good  value = sha, more = its text, what it answers and offers: the version that was checked and runs     gone   its file was taken away
--   live  value = sha: this version may bid real money; lifts `off` and `held`     off    value = why: not used at all, whatever its version
--   held  value = sha, more = why: this version is in quarantine                   bad    value = what is wrong with its newest version
-- `live` is refused when another version runs meanwhile (stale): what was looked at is what is allowed.
local what, name, by, value, more = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local key = P .. 'plugin:' .. name
local was = redis.call('HMGET', key, 'sha', 'live', 'off', 'held', 'strategies', 'bad')
local function same() return {'ok', 'same'} end
if what == 'good' then
  if was[1] == value and (was[6] or '') == '' then return same() end
  redis.call('HSET', key, 'text', more)                 -- not through set(): an event need not carry it
  set(key, 'sha', value, 'hooks', ARGV[7], 'strategies', ARGV[8], 'bad', '', 'at', now, 'by', by)
elseif what == 'gone' then
  if (was[1] or '') == '' and (was[6] or '') == '' then return same() end
  redis.call('HDEL', key, 'text')
  set(key, 'sha', '', 'bad', '', 'at', now, 'by', by)
elseif what == 'live' then
  if was[1] and was[1] ~= '' and was[1] ~= value then return {'no', 'stale'} end
  if was[2] == value and (was[3] or '') == '' and (was[4] or '') == '' then return same() end
  set(key, 'live', value, 'off', '', 'held', '', 'why', '', 'at', now, 'by', by)
elseif what == 'off' then
  if was[3] == value then return same() end
  set(key, 'off', value, 'at', now, 'by', by)
elseif what == 'held' then
  if was[4] == value then return same() end
  set(key, 'held', value, 'why', more, 'at', now, 'by', by)
elseif what == 'bad' then
  if was[6] == value then return same() end
  set(key, 'bad', value, 'at', now, 'by', by)
else return {'no', 'unknown'} end
redis.call('SADD', P .. 'plugins', name)
redis.call('INCR', P .. 'plugins:n')                    -- so that a page sees that something changed
-- its lots are looked at again, and no others: many closes may be near
local its = ',' .. (was[5] or '') .. ',' .. (ARGV[8] or '') .. ','
for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do
  local strategy = redis.call('HGET', lotk(id), 'strategy')
  if strategy and strategy ~= '' and string.find(its, ',' .. strategy .. ',', 1, true) then wake('bid', id, now) end
end
emit('plugin.changed')
return {'ok', 'changed'}
