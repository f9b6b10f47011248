-- PURGE  wall, older_ms, n                      -> {lot, ...}
local out = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'gone', '-inf', str(now - tonumber(ARGV[2])), 'LIMIT', 0, tonumber(ARGV[3]))) do
  local l = hash(lotk(id))
  if l.watched == '1' and l.final ~= '1' or (l.inflight or '') ~= '' or (num(l.exposure, 0) > 0 and l.final ~= '1') then redis.call('ZREM', P .. 'gone', id)
  else
    local booked = num(l.booked, 0)                        -- money spent stays in `used`; kept says how much of it has no lot record any more
    if booked > 0 then each_scope(l, function(scope)
      set(budgetk(scope), 'kept:' .. l.mode, num(redis.call('HGET', budgetk(scope), 'kept:' .. l.mode), 0) + booked) end) end
    local kept = P .. 'kept:' .. id                        -- receipts of what was sent outlive the lot by two years, and so does what was won
    for _, iid in ipairs(redis.call('ZRANGE', lotk(id) .. ':intents', 0, -1)) do
      local i = hash(intentk(iid)); i.id = iid
      if i.sent then redis.call('RPUSH', kept, cjson.encode(i)); redis.call('PEXPIRE', kept, 63072000000) end
      redis.call('DEL', intentk(iid)) end
    if l.outcome == 'won' then redis.call('RPUSH', P .. 'ledger', cjson.encode({lot = id, title = l['x:title'], mode = l.mode,
      hammer = l.price, allin = l.booked, premium = l.premium, tax = l.tax, at = l.ended_at, place = l['x:location_name']})) end
    if (l.group or '') ~= '' then redis.call('SREM', membersk(l.group), id) end
    emit('lot.purged', id)
    redis.call('DEL', lotk(id), lotk(id) .. ':intents', P .. 'hist:' .. id); redis.call('ZREM', P .. 'gone', id); redis.call('ZREM', P .. 'lots', id)
    for _, q in ipairs(QUEUES) do redis.call('ZREM', duek(q), id) end
    out[#out + 1] = id
  end
end
return out
