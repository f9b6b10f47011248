-- finish  wall, id, state, sent, why, again_ms     -> 1, or 0 when the entry is gone or somebody else finished it
-- state: pending (tried in vain, due again in again_ms), delivered, failed, or withdrawn: no longer so
-- before it was told, so the same may be told later. sent: keys of the channels that have it.
local P, id, due = KEYS[1], ARGV[2], KEYS[1] .. 'outbox:due'
local entry = P .. 'outbox:e:' .. id
if redis.call('HGET', entry, 'state') ~= 'pending' then return 0 end
redis.call('HSET', entry, 'state', ARGV[3], 'sent', ARGV[4], 'why', ARGV[5])
if ARGV[3] == 'withdrawn' then redis.call('DEL', P .. 'outbox:told:' .. redis.call('HGET', entry, 'subject')) end
if ARGV[3] == 'pending' then redis.call('ZADD', due, tonumber(ARGV[1]) + tonumber(ARGV[6]), id) else redis.call('ZREM', due, id) end
return 1
