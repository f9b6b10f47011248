-- SWEEP  wall, n, alert_ms                      -> {intent, lot, what, age_ms, ...}   what: expired | unknown | waiting | stuck
local out = {}
for _, iid in ipairs(redis.call('ZRANGEBYSCORE', P .. 'open', '-inf', str(now), 'LIMIT', 0, tonumber(ARGV[2]))) do
  local i = hash(intentk(iid)); local id, what = i.lot or '', nil
  if i.state == 'RESERVED' then finish(iid, i, id, hash(lotk(id)), 'EXPIRED', 'never claimed'); emit('bid.expired', id); what = 'expired'
  elseif i.state == 'SENDING' or i.state == 'UNKNOWN' then
    what = i.state == 'SENDING' and 'unknown' or (now - num(i.sent, now) > num(ARGV[3], 30000) and 'stuck' or 'waiting')
    redis.call('ZADD', P .. 'open', str(now + 2000), iid); wake('poll', id, now)
    if i.state == 'SENDING' then set(intentk(iid), 'state', 'UNKNOWN', 'why', 'no word from the proxy'); emit('bid.unknown', id) end
  else redis.call('ZREM', P .. 'open', iid) end
  if what then out[#out + 1] = iid; out[#out + 1] = id; out[#out + 1] = what; out[#out + 1] = str(now - num(i.created, now)) end
end
return out
