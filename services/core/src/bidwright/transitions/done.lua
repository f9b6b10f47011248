-- DONE  wall, queue, lot, fence, after_ms       -> {'ok', ms until due} | {'no', 'fenced' | 'not-taken' | 'gone'}
local q, id = ARGV[2], ARGV[3]
local h = redis.call('HMGET', lotk(id), 'fence:' .. q, 'lease:' .. q, 'want:' .. q, 'inflight', 'taken:' .. q)
if h[1] ~= ARGV[4] then return {'no', 'fenced'} end  --@donefence
if not h[2] or h[2] == '' then return {'no', 'not-taken'} end  --@donetwice
redis.call('HSET', lotk(id), 'lease:' .. q, '', 'want:' .. q, '')
if not redis.call('ZSCORE', duek(q), id) then return {'no', 'gone'} end
local at = now + math.min(math.max(whole(ARGV[5]) or 0, 0), MAX_PERIOD)
if h[3] and h[3] ~= '' then at = math.min(at, tonumber(h[3])) end  --@dirty
if num(h[5], now) < gap then at = math.min(at, now) end                                         -- what was seen and reckoned before the gap is worth another look  --@donegap
if q == 'poll' and h[4] and h[4] ~= '' then                                       -- an open intent is never left unread
  at = math.min(at, math.max(num(redis.call('ZSCORE', P .. 'open', h[4]), now), now + 500)) end
redis.call('ZADD', duek(q), str(at), id)
save_clock()
return {'ok', str(math.max(0, at - now))}
