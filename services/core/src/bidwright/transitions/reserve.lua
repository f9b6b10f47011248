-- RESERVE  wall, intent, lot, amount, fence, cap_ver, obs_seq, valid_ms, max_obs_age_ms, [fact, text, ...]
--          -> {'ok', 'RESERVED'} | {'exists', state} | {'refused', why}
local iid, id, amount = ARGV[2], ARGV[3], whole(ARGV[4])
local function no(why) return {'refused', why} end
local state = redis.call('HGET', intentk(iid), 'state'); if state then return {'exists', state} end
if redis.call('EXISTS', P .. 'meta') == 0 then return no('no-epoch') end
local kill = redis.call('HMGET', P .. 'kill', 'state', 'live')
if kill[1] ~= 'run' then return no('halted') end  --@haltreserve
local l = hash(lotk(id))
if l.watched ~= '1' then return no('unwatched') end
if l.armed ~= '1' and l.ask ~= iid .. ':' .. ARGV[4] then return no('not-armed') end
if l.ask == iid .. ':' .. ARGV[4] and (num(l.ask_at, 0) < gap or now - num(l.ask_at, 0) > 30000) then
  set(lotk(id), 'ask', ''); emit('ask.expired', id); return no('ask-too-old') end
if l.mode == 'live' and kill[2] ~= '1' then return no('service-mode') end  --@service
if l.mode == 'live' and redis.call('HGET', P .. 'session', 'state') ~= 'ok' then return no('session') end  --@session
if l.mode == 'live' and redis.call('HGET', P .. 'format', 'state') == 'broken' then return no('format') end  --@format
if l['fence:bid'] ~= ARGV[5] or num(l['lease:bid'], 0) <= now then return no('fenced') end  --@fence
if (l.inflight or '') ~= '' then return no('inflight') end  --@single
if l.status ~= 'open' then return no('not-open') end
if l.cap_ver ~= ARGV[6] then return no('stale-cap') end  --@capreserve
if l.obs_seq ~= ARGV[7] then return no('stale-obs') end  --@obsseq
local seen = num(l.obs_started, -1)
if seen <= num(l.settled, -1) then return no('need-fresh-read') end  --@fresh
if seen < gap then return no('need-fresh-read') end  --@gapread
if now - seen > math.min(num(ARGV[9], 0), 30000) then return no('obs-too-old') end  --@age
if l.leading == '1' then return no('leading') end
if not amount or amount <= 0 or amount % 100 ~= 0 then return no('bad-amount') end
if num(l.next_bid, 0) <= 0 then return no('no-next-bid') end
if l['x:allowed'] == '0' then return no('not-allowed') end
if amount < num(l.next_bid, 1e13) then return no('below-next') end
local why
why = over_cap(l, amount); if why then return no(why) end  --@capreserve
local limits = redis.call('HMGET', P .. 'limits', 'step', 'per_minute')   -- the owner's order is no runaway: only what a strategy proposed is held
local step, often = whole(limits[1]), whole(limits[2])
if l.ask ~= iid .. ':' .. ARGV[4] then
  if step and step > 0 and amount - num(l.next_bid, 0) > step then return no('big-step') end
  if often and redis.call('ZCOUNT', lotk(id) .. ':intents', now - 60000, '+inf') >= often then return no('too-often') end
end
local prev = num(l.exposure, 0); local want = math.max(prev, amount)
why = no_room(l, want, num(l.booked, 0), prev > 0); if why then return no(why) end
local till = now + math.min(whole(ARGV[8]) or 0, 5000)
expose(id, l, want)
set(lotk(id), 'inflight', iid, 'ask', '')
set(intentk(iid), 'state', 'RESERVED', 'lot', id, 'amount', amount, 'prev', prev, 'fence', ARGV[5], 'cap_ver', ARGV[6], 'obs_seq', ARGV[7],
  'mode', l.mode, 'strategy', l.strategy or '', 'created', now, 'created_at', wall, 'till', till)
redis.call('ZADD', P .. 'open', str(till), iid); redis.call('ZADD', lotk(id) .. ':intents', str(now), iid)
local FACTS = {age = 1, width = 1, toggles = 1, version = 1, reason = 1, said = 1, params = 1}  -- what it was decided on, for the receipt only
for f = 10, #ARGV - 1, 2 do if FACTS[ARGV[f]] and #ARGV[f + 1] <= 1000 then set(intentk(iid), ARGV[f], ARGV[f + 1]) end end
emit('bid.reserved', id)
return {'ok', 'RESERVED'}
