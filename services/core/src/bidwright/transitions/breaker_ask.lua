-- BREAKER_ASK  wall, who, may_probe, open_ms, soon_ms, ttl_ms     -> {'go' | 'probe' | 'wait', gen, wait_ms}
-- May a read go to the site? While the breaker is open nobody's may, until its time is over: then one in the whole system, on a lease.
-- The time is `soon_ms` in place of `open_ms` while an armed lot closes within two minutes.
local c = hash(P .. 'cb'); local gen = c.gen or '0'
if (c.state or 'closed') == 'closed' then return {'go', gen, '0'} end
local open = num(ARGV[4], 30000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'lots', str(wall), str(wall + 120000), 'LIMIT', 0, 200)) do
  if redis.call('HGET', lotk(id), 'armed') == '1' then open = math.min(open, num(ARGV[5], open)); break end end
local free = math.max(num(c.opened, 0) + open, num(c.probe_exp, 0))
if now < free then return {'wait', gen, str(free - now)} end
if ARGV[3] ~= '1' then return {'wait', gen, '0'} end       -- its time is over, but this one is no probe
set(P .. 'cb', 'state', 'half', 'probe_exp', now + num(ARGV[6], 3000), 'probe_by', ARGV[2], 'probes', num(c.probes, 0) + 1)
if c.state ~= 'half' then emit('breaker.changed') end
return {'probe', gen, '0'}
