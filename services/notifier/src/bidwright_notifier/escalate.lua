-- escalate  wall, id, channel ...     -> how many channels were added
-- Somebody has not delivered: these stand in. Asked once per entry; an entry that every channel has is left alone.
local now, id, added = tonumber(ARGV[1]), ARGV[2], 0
redis.call('ZREM', P .. 'outbox:watch', id)
local entry = entryk(id)
local state = redis.call('HGET', entry, 'state')
if not state or state == 'delivered' or state == 'withdrawn' or state == 'muted' then return 0 end
for n = 3, #ARGV do
  if give(id, ARGV[n], now) == 1 then added = added + 1; redis.call('HSET', entry, 'esc:' .. ARGV[n], 1) end
end
if added > 0 then redis.call('ZADD', P .. 'outbox:open', redis.call('HGET', entry, 'made'), id); settle(id) end
return added
