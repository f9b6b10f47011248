-- HEAR  wall, lot, price, ended                 -> {'ok', ''} | {'no', why}
-- What a live event says. A price is shown as heard until a read that began later, never used for money; that the lot has ended ('1'; a
-- list of open lots that leaves it out says so as well) is one witness, and a read that began later the other.
local id, price = ARGV[2], whole(ARGV[3])
local l = hash(lotk(id))
if not l.cap_ver then return {'no', 'unknown-lot'} end
if l.final == '1' then return {'no', 'final'} end
if ARGV[4] == '1' then
  redis.call('HSET', lotk(id), 'heard_end', str(now))      -- no event: nobody is shown it
  save_clock()
  return {'ok', ''}
end
if not price or price <= 0 then return {'no', 'bad-price'} end
local read, at = math.max(num(l.obs_started, -1), num(l.shown_started, -1)), num(l.heard_at, -1)
if price <= num(l.price, 0) or (at >= read and price <= num(l.heard, 0)) then return {'no', 'known'} end
set(lotk(id), 'heard', price, 'heard_at', now)
emit('lot.heard', id)
return {'ok', ''}
