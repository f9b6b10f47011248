-- GROUP  wall, cmd, sha, group, wanted, over    -> {'ok', wanted} | {'no', 'bad-number'}
local old = again(ARGV[2], ARGV[3]); if old then return old end
if (whole(ARGV[5]) or -1) < 0 or (whole(ARGV[6]) or -1) < 0 then return {'no', 'bad-number'} end
set(groupk(ARGV[4]), 'wanted', ARGV[5], 'over', ARGV[6])
emit('group.changed')
return answer(ARGV[2], ARGV[3], 'ok', ARGV[5])
