-- CLAIM  wall, intent, proxy, quarantine_ms     -> {'send' | 'simulate', amount, lot} | {'cancel', why} | {'no', state}
local iid = ARGV[2]; local i = hash(intentk(iid))
if redis.call('EXISTS', P .. 'meta') == 0 then return {'no', 'no-epoch'} end
if i.state ~= 'RESERVED' then return {'no', i.state or 'unknown-intent'} end
local id = i.lot; local l = hash(lotk(id)); local amount = num(i.amount, 0)
local kill = redis.call('HMGET', P .. 'kill', 'state', 'live')
local why
if now >= num(i.till, 0) or num(i.created, 0) < gap then why = 'late' end  --@claimlate
if kill[1] ~= 'run' then why = 'halted' end  --@halt
if l.mode == 'live' and kill[2] ~= '1' then why = 'service-mode' end  --@service
if l.mode == 'live' and redis.call('HGET', P .. 'session', 'state') ~= 'ok' then why = 'session' end  --@session
if l.mode == 'live' and redis.call('HGET', P .. 'format', 'state') == 'broken' then why = 'format' end  --@format
if l['fence:bid'] ~= i.fence then why = 'fenced' end  --@fence
if l.inflight ~= iid then why = 'not-inflight' end  --@single
if l.cap_ver ~= i.cap_ver then why = 'stale-cap' end  --@capclaim
why = why or over_cap(l, amount)  --@capclaim
if l.status ~= 'open' then why = 'not-open' end  --@reads
if l.leading == '1' then why = 'leading' end  --@reads
if num(l.next_bid, 1e13) > amount then why = 'below-next' end  --@reads
if not why and amount > num(i.prev, 0) then                                       -- a budget or a group made smaller meanwhile also wins
  why = each_scope(l, function(scope)  --@claimroom
    local s = redis.call('HMGET', budgetk(scope), 'limit', l.mode)  --@claimroom
    if s[1] ~= 'none' and num(s[2], 0) > (whole(s[1]) or -1) then return 'budget:' .. scope end end)  --@claimroom
  if not why and num(i.prev, 0) == 0 and (l.group or '') ~= '' then  --@claimroom
    local g = redis.call('HMGET', groupk(l.group), 'wanted', 'over', l.mode)  --@claimroom
    if num(g[3], 0) > (whole(g[1]) or 0) + (whole(g[2]) or 0) then why = 'group-full' end end  --@claimroom
end
if why then finish(iid, i, id, l, 'CANCELLED', why); emit('bid.cancelled', id); return {'cancel', why} end
local till = now + num(ARGV[4], 12000)
set(intentk(iid), 'state', 'SENDING', 'proxy', ARGV[3], 'sent', now, 'sent_at', wall, 'till', till)
redis.call('ZADD', P .. 'open', str(till), iid)
wake('poll', id, till)
emit('bid.sending', id)
return {i.mode == 'live' and 'send' or 'simulate', i.amount, id}
