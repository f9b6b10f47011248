-- route  wall, id, watch_ms, channel ...     -> 1, or 0 when somebody was faster
-- The entry leaves the queue of what is to be sorted and comes into the queue of each channel. watch_ms: ask then who has delivered; 0: never.
local now, id, watch = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
if redis.call('ZREM', duek(''), id) == 0 or redis.call('EXISTS', entryk(id)) == 0 then return 0 end
redis.call('HSET', entryk(id), 'routed', now)
redis.call('HDEL', entryk(id), 'held', 'until')
for n = 4, #ARGV do give(id, ARGV[n], now) end
if watch > 0 then redis.call('ZADD', P .. 'outbox:watch', watch, id) end
settle(id)
return 1
