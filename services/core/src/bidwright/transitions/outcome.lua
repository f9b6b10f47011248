-- OUTCOME  wall, lot, toggle                    -> {'ok', 'counted' | 'same'} | {'no', 'not-final'}
-- Enter what an experiment's variant came to on a lot that ended; PURGE does it for those that nobody entered before.
local l = hash(lotk(ARGV[2]))
if l.final ~= '1' then return {'no', 'not-final'} end
return {'ok', came_to(ARGV[2], l, ARGV[3]) and 'counted' or 'same'}
