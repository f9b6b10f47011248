-- HEAR  wall, lot, price                        -> {'ok', ''} | {'no', why}
-- What a live event says: shown as heard until a read that began later, never used for money.
local id, price = ARGV[2], whole(ARGV[3])
local l = hash(lotk(id))
if not l.cap_ver then return {'no', 'unknown-lot'} end
if not price or price <= 0 then return {'no', 'bad-price'} end
if l.final == '1' then return {'no', 'final'} end
local read, at = math.max(num(l.obs_started, -1), num(l.shown_started, -1)), num(l.heard_at, -1)
if price <= num(l.price, 0) or (at >= read and price <= num(l.heard, 0)) then return {'no', 'known'} end
set(lotk(id), 'heard', price, 'heard_at', now)
emit('lot.heard', id)
return {'ok', ''}
