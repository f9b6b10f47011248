-- ASSIGN  wall, lot, toggle, variant            -> {'ok', 'new' | 'same' | 'moved'} | {'no', 'unknown-lot'}
-- Which variant of an experiment decides on a lot. A lot that was under two of them counts for neither.
local id, field = ARGV[2], 'v:' .. ARGV[3]
local l = redis.call('HMGET', lotk(id), 'cap_ver', field, 'final')
if not l[1] then return {'no', 'unknown-lot'} end
if l[2] == ARGV[4] or l[3] == '1' then return {'ok', 'same'} end
set(lotk(id), field, ARGV[4])
if l[2] then set(lotk(id), 'w:' .. ARGV[3], '1') end
emit('toggle.assigned', id)
return {'ok', l[2] and 'moved' or 'new'}
