-- SETTLE  wall, intent, state, why, from        -> {'ok', state} | {'no', state it is in}
local iid = ARGV[2]; local i = hash(intentk(iid)); local to = ARGV[3]
local TO = {LEADING = 1, OUTBID = 1, REJECTED = 1, CANCELLED = 1, UNKNOWN = 1}
if not TO[to] then return {'no', 'bad-state'} end
if not i.state or not string.find(',' .. ARGV[5] .. ',', ',' .. i.state .. ',', 1, true) then return {'no', i.state or 'none'} end  --@settlecas
if i.state ~= 'RESERVED' and i.state ~= 'SENDING' and i.state ~= 'UNKNOWN' then return {'no', i.state or 'none'} end  --@settlecas
if i.state == 'RESERVED' and to ~= 'CANCELLED' then return {'no', 'RESERVED'} end
local id = i.lot; local l = hash(lotk(id))
if to == 'UNKNOWN' then
  set(intentk(iid), 'state', 'UNKNOWN', 'why', ARGV[4]); wake('poll', id, num(i.till, now))
else finish(iid, i, id, l, to, ARGV[4]) end
emit('bid.' .. string.lower(to), id)
return {'ok', to}
