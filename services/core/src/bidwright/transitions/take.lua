-- TAKE  wall, queue, n, lease_ms, ahead_ms      -> {now, when the next one is due or '', lot, fence, due, trace, asked, lot, fence, ...}
local q, lease, out = ARGV[2], tonumber(ARGV[4]), {str(now), ''}
local due = redis.call('ZRANGEBYSCORE', duek(q), '-inf', str(now + num(ARGV[5], 0)), 'WITHSCORES', 'LIMIT', 0, tonumber(ARGV[3]))
for i = 1, #due, 2 do
  local id = due[i]
  local h = redis.pcall('HMGET', lotk(id), 'cap_ver', 'lease:' .. q, 'tries:' .. q, 'trace:' .. q, 'asked:' .. q)
  if h.err or not h[1] then redis.call('ZREM', duek(q), id)                       -- gone, or no record at all: it holds up no other lot
  elseif h[2] and h[2] ~= '' and tonumber(h[2]) > now and tonumber(h[2]) <= now + 60000 then redis.call('ZADD', duek(q), h[2], id)  --@held
  else
    local fence = str(redis.call('INCR', P .. 'seq'))
    local dead = h[2] and h[2] ~= ''                                              -- its last holder never said DONE
    local tries = dead and num(h[3], 0) + 1 or 0
    local till = now + lease * 2 ^ math.min(math.max(tries - 2, 0), 4)            -- a lot that kills its workers is tried less often
    redis.call('HSET', lotk(id), 'fence:' .. q, fence, 'lease:' .. q, str(till), 'want:' .. q, '', 'tries:' .. q, str(tries), 'taken:' .. q, str(now))
    redis.call('ZADD', duek(q), str(till), id)
    if dead then emit('lot.retaken', id) end
    local came_with = h[4] or ''                                                  -- what set this look off; the next one has another cause
    if came_with ~= '' then redis.call('HDEL', lotk(id), 'trace:' .. q) end
    local asked = h[5] or ''                                                      -- somebody put it there: no earlier read answers that
    if asked ~= '' then redis.call('HDEL', lotk(id), 'asked:' .. q) end
    out[#out + 1] = id; out[#out + 1] = fence; out[#out + 1] = due[i + 1]; out[#out + 1] = came_with
    out[#out + 1] = asked
  end
end
if #due > 0 then save_clock() end
out[2] = redis.call('ZRANGE', duek(q), 0, 0, 'WITHSCORES')[2] or ''
return out
