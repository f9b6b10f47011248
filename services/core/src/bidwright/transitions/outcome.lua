-- OUTCOME  wall, lot, toggle                    -> {'ok', 'counted' | 'same'} | {'no', 'not-final'}
-- Enter what an experiment's variant came to on a lot that ended: what was won below the limit, in cents; nothing for a lot that was not won.
local id, name = ARGV[2], ARGV[3]
local l = hash(lotk(id))
if l.final ~= '1' then return {'no', 'not-final'} end
local variant = l['v:' .. name]
if not variant or l['o:' .. name] then return {'ok', 'same'} end
redis.call('HSET', lotk(id), 'o:' .. name, '1')            -- no event: nobody is shown it
local won, paid = l.outcome == 'won', num(l.exposure, 0) > 0 and num(l.exposure, 0) or num(l.price, 0)
local list = P .. 'outcomes:' .. name
redis.call('RPUSH', list, cjson.encode({lot = id, variant = l['w:' .. name] and 'mixed' or variant, mode = l.mode, won = won and '1' or '0',
  surplus = str(won and num(l.cap, 0) - paid or 0), at = l.ended_at or str(wall)}))
redis.call('LTRIM', list, -10000, -1)
return {'ok', 'counted'}
