-- unhold  wall, n     -> how many, at most n     The owner's wishes have changed: what waits is sorted anew, now.
local n = 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', duek(''), '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])) do
  if redis.call('HEXISTS', entryk(id), 'held') == 1 then
    redis.call('ZADD', duek(''), ARGV[1], id); redis.call('HDEL', entryk(id), 'bundled', 'held', 'until'); n = n + 1 end
end
return n
