-- NOTE  wall, lot, field, kind, sentence     field: say | trouble     -> {'ok', 'changed' | 'same'} | {'no', 'unknown-lot' | 'bad-field'}
-- What a person should know about a lot now: the bidder's forecast, or why it cannot be read. Told only when it changed.
local id, field = ARGV[2], ARGV[3]
if field ~= 'say' and field ~= 'trouble' then return {'no', 'bad-field'} end
local l = redis.call('HMGET', lotk(id), 'cap_ver', field, field .. '_kind')
if not l[1] then return {'no', 'unknown-lot'} end
if (l[2] or '') == ARGV[5] and (l[3] or '') == ARGV[4] then return {'ok', 'same'} end
set(lotk(id), field, ARGV[5], field .. '_kind', ARGV[4])
emit('lot.noted', id)
return {'ok', 'changed'}
