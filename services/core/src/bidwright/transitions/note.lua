-- NOTE  wall, lot, field, kind, sentence     field: say | trouble     -> {'ok', 'changed' | 'same'} | {'no', 'unknown-lot' | 'bad-field'}
-- What a person should know about a lot now: the bidder's forecast, or why it cannot be read. Told only when it changed.
local id, field = ARGV[2], ARGV[3]
if field ~= 'say' and field ~= 'trouble' then return {'no', 'bad-field'} end
local l = redis.call('HMGET', lotk(id), 'cap_ver', field, field .. '_kind', 'armed', 'price', 'next_bid', 'status')
if not l[1] then return {'no', 'unknown-lot'} end
if (l[2] or '') == ARGV[5] and (l[3] or '') == ARGV[4] then return {'ok', 'same'} end
set(lotk(id), field, ARGV[5], field .. '_kind', ARGV[4])
local holds = P .. 'holds:' .. id                          -- why an armed lot was held back, from when to when: kept beside its receipts
if field == 'say' and l[3] == 'wont' and (ARGV[4] == 'wont' or l[7] ~= 'closed') then
  local last = redis.call('LINDEX', holds, -1); last = last and cjson.decode(last)
  if last and not last.till then last.till = str(wall); redis.call('LSET', holds, -1, cjson.encode(last)) end end
if field == 'say' and ARGV[4] == 'wont' and l[4] == '1' then
  redis.call('RPUSH', holds, cjson.encode({at = str(wall), say = ARGV[5], price = l[5] or '0', next_bid = l[6] or '0'}))
  redis.call('LTRIM', holds, -50, -1) end
emit('lot.noted', id)
return {'ok', 'changed'}
