-- end  wall, state, why, id     -> 1, or 0 when somebody was faster or a channel has it already
-- Nobody is told: withdrawn, because it is no longer so (the same may be told later), or muted by the owner.
local state, why, id = ARGV[2], ARGV[3], ARGV[4]
local entry = entryk(id)
if redis.call('HGET', entry, 'state') ~= 'pending' then return 0 end
local h = redis.call('HGETALL', entry)
for n = 1, #h, 2 do if string.sub(h[n], 1, 6) == 'state:' and h[n + 1] == 'delivered' then return 0 end end
for n = 1, #h, 2 do
  if string.sub(h[n], 1, 6) == 'state:' then redis.call('HDEL', entry, h[n]); redis.call('ZREM', duek(string.sub(h[n], 7)), id) end
end
for _, set in ipairs({'outbox:open', 'outbox:due', 'outbox:watch'}) do redis.call('ZREM', P .. set, id) end
redis.call('HSET', entry, 'state', state, 'why', why)
redis.call('HDEL', entry, 'held', 'until')
if state == 'withdrawn' then redis.call('DEL', P .. 'outbox:told:' .. redis.call('HGET', entry, 'subject')) end
return 1
