-- FORMAT  wall, state, why     -> {'ok', 'changed' | 'same'}     state: ok | broken
-- Whether the site's pages are understood as a whole. While they are not, RESERVE and CLAIM refuse live bids.
local was = redis.call('HMGET', P .. 'format', 'state', 'why')
if (was[1] or 'ok') == ARGV[2] and (was[2] or '') == ARGV[3] then return {'ok', 'same'} end
set(P .. 'format', 'state', ARGV[2], 'why', ARGV[3], 'at', wall)
if ARGV[2] == 'ok' then for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do wake('bid', id, now) end end
emit('format.changed')
return {'ok', 'changed'}
