-- What all scripts of the outbox share. P: the prefix; an entry is a hash with one field state:<channel> for each channel it was given to.
local P = KEYS[1]
local function entryk(id) return P .. 'outbox:e:' .. id end
local function duek(channel) return channel == '' and P .. 'outbox:due' or P .. 'outbox:due:' .. channel end
local function lanek(channel) return P .. 'outbox:lane:' .. channel end

-- To be delivered by this channel, now; 0 when it was given the entry before.
local function give(id, channel, now)
  local was = redis.call('HGET', entryk(id), 'state:' .. channel)
  if was == 'pending' or was == 'delivered' then return 0 end
  redis.call('HSET', entryk(id), 'state:' .. channel, 'pending', 'tries:' .. channel, 0)
  redis.call('ZADD', duek(channel), now, id)
  redis.call('SADD', P .. 'outbox:lanes', channel)
  return 1
end

-- The entry's own state, from what its channels made of it.
local function settle(id)
  local open, good, bad, h = redis.call('ZSCORE', duek(''), id) and 1 or 0, 0, 0, redis.call('HGETALL', entryk(id))
  for n = 1, #h, 2 do
    if string.sub(h[n], 1, 6) == 'state:' then
      if h[n + 1] == 'pending' then open = open + 1 elseif h[n + 1] == 'delivered' then good = good + 1 else bad = bad + 1 end
    end
  end
  local state = open > 0 and 'pending' or bad == 0 and 'delivered' or good > 0 and 'partly' or 'undelivered'
  redis.call('HSET', entryk(id), 'state', state)
  if state ~= 'pending' then redis.call('ZREM', P .. 'outbox:open', id); redis.call('ZREM', P .. 'outbox:watch', id) end
  return state
end
