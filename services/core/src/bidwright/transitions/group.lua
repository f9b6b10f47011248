-- GROUP  wall, cmd, sha, group, wanted, over, name, gone -> {'ok', wanted} | {'no', 'bad-number'}
-- The record stays when the owner drops the group (gone = 1): money may still stand on a lot of it, and no other group may be counted with it.
local old = again(ARGV[2], ARGV[3]); if old then return old end
if (whole(ARGV[5]) or -1) < 0 or (whole(ARGV[6]) or -1) < 0 then return {'no', 'bad-number'} end
set(groupk(ARGV[4]), 'wanted', ARGV[5], 'over', ARGV[6], 'gone', ARGV[8] or '0')
if (ARGV[7] or '') ~= '' then set(groupk(ARGV[4]), 'name', ARGV[7]) end
redis.call('SADD', P .. 'groups', ARGV[4])                  -- which groups there are, for those who list them
emit('group.changed')
return answer(ARGV[2], ARGV[3], 'ok', ARGV[5])
