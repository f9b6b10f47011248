-- OBSERVE  wall, lot, read_started, next_bid, leading, status, close, price, [field, value ...]
--          -> {'ok', obs_seq, verdict or ''} | {'no', why}
local id, rs, next_bid, leading, status, price = ARGV[2], whole(ARGV[3]), whole(ARGV[4]), ARGV[5], ARGV[6], whole(ARGV[8])
local l = hash(lotk(id))
if not l.cap_ver then return {'no', 'unknown-lot'} end
if not rs or not next_bid or not price or (leading ~= '0' and leading ~= '1') then return {'no', 'bad-read'} end
if status == 'open' and next_bid <= 0 then return {'no', 'bad-read'} end
if l.final == '1' then return {'no', 'final'} end
if rs > now then return {'no', 'future'} end
if rs <= num(l.obs_started, -1) then return {'no', 'older-than-obs'} end  --@late
if rs <= num(l.settled, -1) then return {'no', 'older-than-settle'} end  --@fresh
if rs <= num(l.shown_started, -1) then return {'no', 'older-than-show'} end  --@shown
if l.mode == 'dry' then                                    -- the paper ledger: a paper bid leads while the next bid is not above it  --@paper
  -- (a closed page may not say what had to be bid: what the last open one asked for, and more than the price)  --@paper
  if next_bid <= 0 then next_bid = math.max(num(l.next_bid, 0), price + 1) end  --@paper
  leading = num(l.high, 0) > 0 and math.max(next_bid, price) <= num(l.high, 0) and '1' or '0' end  --@paper
local seq, verdict = num(l.obs_seq, 0) + 1, ''
set(lotk(id), 'obs_started', rs, 'obs_seq', seq, 'next_bid', next_bid, 'leading', leading)
picture(id, l, status, ARGV[7], price, 9, 'read')
local closing = status == 'closed'
local final = closed_for_sure(id, l, closing, rs)

l.leading = leading
local iid = l.inflight or ''
if iid ~= '' then
  local i = hash(intentk(iid))
  if leading == '1' then                                   -- an older bid may lead again: "as before" is then at least its amount--@asbefore
    local least = math.max(num(l.high, 0), price)  --@asbefore
    if least > num(i.prev, 0) then  --@asbefore
      i.prev = str(least); set(intentk(iid), 'prev', least); expose(id, l, math.max(num(l.exposure, 0), least)) end--@asbefore
  end  --@asbefore
  local sent = i.state == 'SENDING' or i.state == 'UNKNOWN'
  if sent                                                                         -- a read begun after the quarantine is proof
    and rs >= num(i.till, 0)  --@quarantine
  then
    local amount = num(i.amount, 0)
    if final then verdict = 'CLOSED'
    elseif closing then wake('poll', id, now + 1000)
    elseif leading == '1' then verdict = 'LEADING'
    elseif next_bid > amount then verdict = 'MOOT'
    elseif (i.absent or '') ~= '' and rs >= tonumber(i.absent) + 1000 then verdict = 'ABSENT'
    else if (i.absent or '') == '' then set(intentk(iid), 'absent', rs) end; wake('poll', id, now + 1000) end
    if verdict ~= '' then finish(iid, i, id, l, verdict, 'read', rs - 1) end
  elseif i.state == 'RESERVED' and final then finish(iid, i, id, l, 'CANCELLED', 'closed') end
end
if (l.inflight or '') == '' then
  local had = num(l.exposure, 0)
  local want = leading == '0' and 0 or math.max(had, num(l.high, 0), price)       -- leading again (a rival withdrew) restores it
  if final and leading == '1' then want = l.mode == 'dry' and math.max(next_bid, price) or price end
  expose(id, l, want)
  if final then conclude(id, leading == '1' and 'won' or 'lost')
  elseif l.watched ~= '1' and want == 0 then release(id) end
end
if closing and not final then wake('poll', id, now + 1000) end
if l.armed == '1' or verdict ~= '' or (l.ask or '') ~= '' then wake('bid', id, now) end
emit(final and l.inflight == '' and 'lot.closed' or 'lot.seen', id)
return {'ok', str(seq), verdict}
