-- give_up  wall, channel, day_ms, n     -> how many     A channel that is down: what it could not deliver for a day is not tried any more.
local now, channel, lost = tonumber(ARGV[1]), ARGV[2], 0
local why = redis.call('HGET', lanek(channel), 'why') or ''
for _, id in ipairs(redis.call('ZRANGE', duek(channel), 0, tonumber(ARGV[4]) - 1)) do
  local entry = entryk(id)
  if now - tonumber(redis.call('HGET', entry, 'routed') or now) >= tonumber(ARGV[3]) then
    redis.call('ZREM', duek(channel), id)
    if redis.call('HGET', entry, 'state:' .. channel) == 'pending' then
      redis.call('HSET', entry, 'state:' .. channel, 'undelivered', 'why:' .. channel, why, 'at:' .. channel, now)
      settle(id)
      lost = lost + 1
    end
  end
end
return lost
