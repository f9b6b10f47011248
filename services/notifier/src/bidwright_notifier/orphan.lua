-- orphan  wall, channel, why, n     -> how many     This channel is no more: what waits for it is sorted anew, among the channels there are.
local now, channel = tonumber(ARGV[1]), ARGV[2]
local ids = redis.call('ZRANGE', duek(channel), 0, tonumber(ARGV[4]) - 1)
for _, id in ipairs(ids) do
  redis.call('ZREM', duek(channel), id)
  if redis.call('HGET', entryk(id), 'state:' .. channel) == 'pending' then
    redis.call('HSET', entryk(id), 'state:' .. channel, 'undelivered', 'why:' .. channel, ARGV[3], 'at:' .. channel, now)
    redis.call('ZADD', duek(''), now, id)
    settle(id)
  end
end
if #ids == 0 then redis.call('SREM', P .. 'outbox:lanes', channel); redis.call('DEL', lanek(channel)) end
return #ids
