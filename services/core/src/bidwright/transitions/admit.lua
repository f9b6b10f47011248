-- ADMIT  wall, interval_us, burst, reserve, eager, most -> {'1' | '0', wait_us, now}
-- One token of the request budget of all replicas together (GCRA). `reserve` tokens are left for more urgent callers.
-- `most` (0: as many as there are tokens) are admitted within MOST_US: what a stalled process lets go of late still keeps to one second's budget.
-- After a pause (a block, an open breaker) reads come four times as slowly at first and get their pace back within RAMP_MS; `eager` (a bid) does not wait.
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
local since, slow = us / 1000 - num(redis.call('GET', P .. 'ramp'), -RAMP_MS), false
if ARGV[5] ~= '1' and since >= 0 and since < RAMP_MS then
  slow = true; at = math.max(at, num(redis.call('GET', P .. 'slow'), 0) + math.floor(every * (1 + 3 * (1 - since / RAMP_MS)))) end
local most, sent = num(ARGV[6], 0), {}
if most > 0 then
  for one in string.gmatch(redis.call('GET', P .. 'tat:sent') or '', '%d+') do sent[#sent + 1] = tonumber(one) end
  local first = sent[#sent - most + 1]
  if first and first <= us then at = math.max(at, first + MOST_US) end end
if at > us then return {'0', str(at - us), str(now)} end
if slow then redis.call('SET', P .. 'slow', str(us), 'PX', RAMP_MS) end
redis.call('SET', P .. 'tat', str(tat + every), 'PX', 120000)
if most > 0 then
  sent[#sent + 1] = us
  for i = math.max(1, #sent - most), #sent do sent[i] = str(sent[i]) end
  redis.call('SET', P .. 'tat:sent', table.concat(sent, ' ', math.max(1, #sent - most)), 'PX', 10000) end
save_clock()
return {'1', '0', str(now)}
