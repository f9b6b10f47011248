-- PREFLIGHT  wall, lot, mark, close, red     -> {'ok', 'kept' | 'known'} | {'no', 'unknown-lot'}
-- What the check `mark` minutes before the planned close found: `red` is a JSON list of [name, sentence], '' when all is well.
-- One replica's word per mark and close; an extension of seconds does not ask for another check.
local id = ARGV[2]
local l = redis.call('HMGET', lotk(id), 'cap_ver', 'pre_mark', 'pre_close')
if not l[1] then return {'no', 'unknown-lot'} end
local same_sale = math.abs(num(l[3], 0) - num(ARGV[4], 0)) < 600000
if same_sale and num(l[2], 1e9) <= num(ARGV[3], 0) then return {'ok', 'known'} end
set(lotk(id), 'pre_mark', ARGV[3], 'pre_close', ARGV[4], 'pre_at', wall, 'pre_red', ARGV[5])
emit('preflight.changed', id)
return {'ok', 'kept'}
