-- hold  wall, id, until_ms, why     -> 1, or 0 when somebody was faster
-- The entry waits: for a digest or the end of quiet hours, after which it is told with others; or for a channel.
local id = ARGV[2]
if not redis.call('ZSCORE', duek(''), id) or redis.call('EXISTS', entryk(id)) == 0 then return 0 end
redis.call('ZADD', duek(''), ARGV[3], id)
redis.call('HSET', entryk(id), 'held', ARGV[4], 'until', ARGV[3])
if ARGV[4] ~= 'channel' then redis.call('HSET', entryk(id), 'bundled', 1) end
return 1
