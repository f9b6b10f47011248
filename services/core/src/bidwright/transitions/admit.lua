-- ADMIT  wall, interval_us, burst, reserve     -> {'1' | '0', wait_us, now}
-- One token of the request budget of all replicas together (GCRA). `reserve` tokens are left for more urgent callers.
-- `now` is the steady time that a read admitted here may claim as its start.
local t = redis.call('TIME')
local us = tonumber(ARGV[1]) and tonumber(ARGV[1]) * 1000 or tonumber(t[1]) * 1000000 + tonumber(t[2])
local every = tonumber(ARGV[2])
local block = num(redis.call('GET', P .. 'block'), 0)
if block > us then return {'0', str(block - us), str(now)} end
local tat = num(redis.call('GET', P .. 'tat'), 0)
if tat > us + 60000000 then tat = us end                   -- the wall clock was set back: a promise that far ahead is none
tat = math.max(us, tat)
local at = tat + every - (tonumber(ARGV[3]) - tonumber(ARGV[4])) * every
if at > us then return {'0', str(at - us), str(now)} end
redis.call('SET', P .. 'tat', str(tat + every), 'PX', 120000)
save_clock()
return {'1', '0', str(now)}
