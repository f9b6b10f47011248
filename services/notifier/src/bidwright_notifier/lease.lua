-- lease  wall, n, lease_ms     -> {{id, field, value, ...}, ...}     entries that are due, hidden from other replicas for lease_ms
local P, now, out = KEYS[1], tonumber(ARGV[1]), {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'outbox:due', '-inf', now, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local entry = P .. 'outbox:e:' .. id
  if redis.call('EXISTS', entry) == 0 then redis.call('ZREM', P .. 'outbox:due', id)
  else
    redis.call('HINCRBY', entry, 'attempts', 1)
    redis.call('ZADD', P .. 'outbox:due', now + tonumber(ARGV[3]), id)
    local row = redis.call('HGETALL', entry)
    table.insert(row, 1, id)
    out[#out + 1] = row
  end
end
return out
