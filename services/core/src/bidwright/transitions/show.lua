-- SHOW  wall, lot, read_started, status, close, price, [field, value ...]     -> {'ok', 'open' | 'closed'} | {'no', why}
-- A read that does not know whether we lead (logged out, some batch reads): shown, never used for money.
local id, rs, status, price = ARGV[2], whole(ARGV[3]), ARGV[4], whole(ARGV[6])
local l = hash(lotk(id))
if not l.cap_ver then return {'no', 'unknown-lot'} end
if not rs or not price then return {'no', 'bad-read'} end
if l.final == '1' then return {'no', 'final'} end
if rs > now then return {'no', 'future'} end
if rs <= num(l.obs_started, -1) or rs <= num(l.shown_started, -1) then return {'no', 'older-than-obs'} end  --@late
set(lotk(id), 'shown_started', rs)
picture(id, l, status, ARGV[5], price, 7, 'shown')
local closing = status == 'closed'
-- with money on it only a read that knows who leads may end the lot
local final = closed_for_sure(id, l, closing, rs) and (l.inflight or '') == '' and num(l.exposure, 0) == 0
if final then conclude(id, 'ended') elseif closing then wake('poll', id, now + 1000) end
emit(final and 'lot.closed' or 'lot.seen', id)
return {'ok', final and 'closed' or 'open'}
