-- finish  wall, channel, outcome, why, again_ms, day_ms, down_from, id ...     -> how many were given up
-- outcome: delivered, failed (due again in again_ms, given up after day_ms), or later: not tried after all. A channel that fails down_from
-- times in a row rests, longer each time; one that comes back gets what it was given in vain without further pauses (lease).
local PAUSE, LONGEST = 5000, 30000
local now, channel, outcome, why, again = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local lane, down, lost = lanek(channel), tonumber(ARGV[7]), 0
for n = 8, #ARGV do
  local id, entry = ARGV[n], entryk(ARGV[n])
  redis.call('HDEL', entry, 'busy:' .. channel)
  if redis.call('HGET', entry, 'state:' .. channel) == 'pending' then
    if outcome == 'delivered' then
      redis.call('HSET', entry, 'state:' .. channel, 'delivered', 'why:' .. channel, '', 'at:' .. channel, now)
      redis.call('ZREM', duek(channel), id)
    elseif outcome == 'later' then
      redis.call('HINCRBY', entry, 'tries:' .. channel, -1)
      redis.call('ZADD', duek(channel), now + again, id)
    elseif now - tonumber(redis.call('HGET', entry, 'routed') or now) >= tonumber(ARGV[6]) then
      redis.call('HSET', entry, 'state:' .. channel, 'undelivered', 'why:' .. channel, why, 'at:' .. channel, now)
      redis.call('ZREM', duek(channel), id)
      lost = lost + 1
    else
      redis.call('HSET', entry, 'why:' .. channel, why, 'at:' .. channel, now)
      redis.call('ZADD', duek(channel), now + again, id)
    end
    settle(id)
  end
end
if outcome == 'failed' then
  local failures = redis.call('HINCRBY', lane, 'failures', 1)
  local pause = failures < down and 0 or math.min(LONGEST, PAUSE * 2 ^ math.min(failures - down, 10))
  redis.call('HSET', lane, 'why', why, 'bad', now, 'until', now + pause)
elseif outcome == 'delivered' then
  if tonumber(redis.call('HGET', lane, 'failures') or 0) >= down then redis.call('HSET', lane, 'back', 1) end
  redis.call('HSET', lane, 'failures', 0, 'until', 0, 'good', now)
elseif tonumber(redis.call('HGET', lane, 'failures') or 0) > 0 then redis.call('HSET', lane, 'until', 0) end
return lost
