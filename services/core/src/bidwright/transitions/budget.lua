-- BUDGET  wall, cmd, sha, scope, limit, only_new -> {'ok', limit} | {'no', 'bad-limit'}    limit: cents all-in, or 'none'
-- only_new = 1: a limit that is there stays, and is the answer.
local old = again(ARGV[2], ARGV[3]); if old then return old end
if ARGV[5] ~= 'none' and (whole(ARGV[5]) or -1) < 0 then return {'no', 'bad-limit'} end
local there = ARGV[6] == '1' and redis.call('HGET', budgetk(ARGV[4]), 'limit')
if there then return answer(ARGV[2], ARGV[3], 'ok', there) end
set(budgetk(ARGV[4]), 'limit', ARGV[5])
emit('budget.changed')
return answer(ARGV[2], ARGV[3], 'ok', ARGV[5])
