-- PURGE  wall, older_ms, n                      -> {lot, ...}
local out = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'gone', '-inf', str(now - tonumber(ARGV[2])), 'LIMIT', 0, tonumber(ARGV[3]))) do
  local l = hash(lotk(id))
  if l.watched == '1' and l.final ~= '1' or (l.inflight or '') ~= '' or (num(l.exposure, 0) > 0 and l.final ~= '1') then redis.call('ZREM', P .. 'gone', id)
  else
    if l.final == '1' then for field in pairs(l) do if string.sub(field, 1, 2) == 'v:' then came_to(id, l, string.sub(field, 3)) end end end
    local booked = num(l.booked, 0)                        -- money spent stays in `used`; kept says how much of it has no lot record any more
    if booked > 0 then each_scope(l, function(scope)
      set(budgetk(scope), 'kept:' .. l.mode, num(redis.call('HGET', budgetk(scope), 'kept:' .. l.mode), 0) + booked) end) end
    local kept, bids = P .. 'kept:' .. id, 0                        -- receipts of what was sent outlive the lot by two years, and so does what was won
    for _, iid in ipairs(redis.call('ZRANGE', lotk(id) .. ':intents', 0, -1)) do
      local i = hash(intentk(iid)); i.id = iid
      if i.sent then redis.call('RPUSH', kept, cjson.encode(i)); redis.call('PEXPIRE', kept, 63072000000); bids = bids + 1 end
      redis.call('DEL', intentk(iid)) end
    local holds = P .. 'holds:' .. id; redis.call('PEXPIRE', holds, 63072000000)
    if l.final == '1' and (l.outcome == 'won' or num(l.high, 0) > 0 or redis.call('EXISTS', holds) == 1) then
      local paid = l.outcome == 'won' and num(l.exposure, 0) > 0 and num(l.exposure, 0) or num(l.price, 0)
      local fee = math.floor((paid * (rate(l.premium) or 0) + 5000) / 10000)
      local list = P .. (l.outcome == 'won' and 'ledger' or 'ledger:lost')
      redis.call('RPUSH', list, cjson.encode({lot = id, title = l['x:title'], mode = l.mode, outcome = l.outcome,
        hammer = l.price, allin = l.booked, premium = l.premium, tax = l.tax, at = l.ended_at, place = l['x:location_name'],
        paid = str(paid), premium_cents = str(fee), tax_cents = str(cost(paid, l) - paid - fee), inventory = l['x:inventory'],
        close = l.close, strategy = l.strategy, high = l.high, cap = l.cap, bids = str(bids), pickup_by = l['x:pickup_by'],
        next_bid = l.next_bid, was_armed = l.was_armed, say = l.say, say_kind = l.say_kind}))
      if l.outcome == 'won' then redis.call('SADD', P .. 'won', id) end
      if l.outcome ~= 'won' then redis.call('LTRIM', list, -10000, -1) end
      redis.call('LTRIM', P .. 'hist:' .. id, -100, -1); redis.call('PEXPIRE', P .. 'hist:' .. id, 63072000000)
    else redis.call('DEL', P .. 'hist:' .. id) end
    if (l.group or '') ~= '' then redis.call('SREM', membersk(l.group), id) end
    emit('lot.purged', id)
    redis.call('DEL', lotk(id), lotk(id) .. ':intents'); redis.call('ZREM', P .. 'gone', id); redis.call('ZREM', P .. 'lots', id)
    for _, q in ipairs(QUEUES) do redis.call('ZREM', duek(q), id) end
    out[#out + 1] = id
  end
end
return out
