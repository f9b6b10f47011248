-- CONFIGURE  wall, cmd, sha, lot, expect, field, value, ...     -> {'ok', cap_ver} | {'no', why} | {'conflict'}
local old = again(ARGV[2], ARGV[3]); if old then return old end
local id = ARGV[4]; local l = hash(lotk(id))
if l.watched ~= '1' then return {'no', 'unwatched'} end
local why = edit(id, l, 6, ARGV[5]); if why then return {'no', why} end
for _, q in ipairs(QUEUES) do wake(q, id, now) end
emit('watch.changed', id)
return answer(ARGV[2], ARGV[3], 'ok', l.cap_ver)
