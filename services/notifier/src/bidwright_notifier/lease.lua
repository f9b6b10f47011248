-- lease  wall, channel, n, bundle_n, lease_ms, down_from     -> {{id, field, value, ...}, ...}
-- What this channel is to deliver now, hidden from other replicas for lease_ms. A channel that does not deliver is tried with one entry, and
-- not before its pause is over. Entries that are told together come together, up to bundle_n of them. It never looks at more than that many:
-- bids wait for every script.
local STEP = 50
local now, channel, n, hidden = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
local lane = redis.call('HMGET', lanek(channel), 'failures', 'until')
local failures = tonumber(lane[1] or 0)
if tonumber(lane[2] or 0) > now then return {} end
if failures >= tonumber(ARGV[6]) then n = 1 end
if redis.call('HGET', lanek(channel), 'back') then  -- it came back a moment ago: bring forward what it was given in vain, some at a time
  local moved = 0
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', duek(channel), '(' .. now, '+inf', 'LIMIT', 0, STEP)) do
    local e = redis.call('HMGET', entryk(id), 'why:' .. channel, 'busy:' .. channel)
    if (e[1] or '') ~= '' and tonumber(e[2] or 0) <= now then redis.call('ZADD', duek(channel), now, id); moved = moved + 1 end
  end
  if moved == 0 then redis.call('HDEL', lanek(channel), 'back') end
end
local out, plain, bundled = {}, 0, 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', duek(channel), '-inf', now, 'LIMIT', 0, tonumber(ARGV[4]))) do
  if plain >= n then break end
  local entry = entryk(id)
  if redis.call('HGET', entry, 'state:' .. channel) ~= 'pending' then redis.call('ZREM', duek(channel), id)
  else
    local together = redis.call('HEXISTS', entry, 'bundled') == 1
    if together and (n > 1 or plain == 0) or not together and (n > 1 or bundled == 0) then
      if together then bundled = bundled + 1 else plain = plain + 1 end
      redis.call('HINCRBY', entry, 'tries:' .. channel, 1)
      redis.call('HSET', entry, 'at:' .. channel, now, 'busy:' .. channel, now + hidden)
      redis.call('ZADD', duek(channel), now + hidden, id)
      local row = redis.call('HGETALL', entry)
      table.insert(row, 1, id)
      out[#out + 1] = row
    end
  end
end
if #out > 0 and failures >= tonumber(ARGV[6]) then redis.call('HSET', lanek(channel), 'until', now + hidden) end  -- one probe in all replicas
return out
