-- Shared head of every transition: transitions.py puts it in front of each script before SCRIPT LOAD.
-- KEYS[1] = key prefix ("bw:"), ARGV[1] = wall clock in ms, or "" in production: then the server's own TIME is used. Behind a bar it may
-- carry the trace that the change belongs to: the event says it, and so does the look that it sets off.
local trace, bar = '', string.find(ARGV[1], '|', 1, true)
if bar then trace = string.sub(ARGV[1], bar + 1); ARGV[1] = string.sub(ARGV[1], 1, bar - 1) end
local P, MAX_PERIOD, GAP, BACK = KEYS[1], 2100000, 2000, 250
local MOST_US = 1250000                                    -- a second, and what a busy machine may be late with one request more than with another
local RAMP_MS = 30000                                      -- after a pause the site gets its full rate back over this long
local QUEUES = {'poll', 'bid'}
local function lotk(id) return P .. 'lot:' .. id end
local function intentk(id) return P .. 'intent:' .. id end
local function budgetk(scope) return P .. 'budget:' .. scope end
local function groupk(id) return P .. 'group:' .. id end
local function membersk(id) return P .. 'members:' .. id end
local function duek(q) return P .. 'due:' .. q end
local function num(v, d) return tonumber(v) or d end
local function str(v) if type(v) == 'number' then return string.format('%.0f', v) end return v end
local function whole(v) local n = tonumber(v); if n and n == math.floor(n) and n > -1e13 and n < 1e13 then return n end return nil end
local function hash(key)
  local flat, t = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do t[flat[i]] = flat[i + 1] end
  return t
end

-- Every write to a record goes through set(); the event then carries exactly what was written.
local changes = {}
local function set(key, ...)
  local a, c = {...}, nil
  for i = 1, #a do a[i] = str(a[i]) end
  redis.call('HSET', key, unpack(a))
  key = string.sub(key, #P + 1); c = changes[key] or {}; changes[key] = c
  for i = 1, #a, 2 do c[a[i]] = a[i + 1] end
end

-- The steady clock: never runs ahead, and goes back by less than a second at most, at a gap: calls that write nothing do not write it down, so
-- nothing written is ever later than it. A step back, a suspend or a silence longer than GAP is a *gap*:
-- every lot becomes due, and nothing seen or reserved before the gap may be acted on any more.
local now, gap, wall, fresh_gap
local function save_clock() redis.call('HSET', P .. 'steady', 'wall', str(wall), 'now', str(now), 'gap', str(gap)) end
local function emit(t, id)
  save_clock()
  local n = id and id ~= '' and redis.call('HINCRBY', lotk(id), 'ev', 1) or 0
  -- the log is bounded: a reader further behind than this is cut off, so that nothing optional can fill the store
  local entry = {'v', '1', 't', t, 'lot', id or '', 'n', n, 'at', str(now), 'd', cjson.encode(changes)}
  if trace ~= '' then entry[13] = 'tr'; entry[14] = trace end
  redis.call('XADD', P .. 'ev', 'MAXLEN', '~', '100000', '*', unpack(entry))
  changes = {}
end
local function clock()
  wall = tonumber(ARGV[1])
  if not wall then local t = redis.call('TIME'); wall = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000) end
  local c = redis.call('HMGET', P .. 'steady', 'wall', 'now', 'gap')
  if not c[1] then now, gap = wall, wall; save_clock(); return now end
  local d = wall - tonumber(c[1]); now, gap = tonumber(c[2]), tonumber(c[3])
  if d < -BACK or d > GAP then  --@clock
    now = now + (d > 0 and GAP or 1); gap = now  --@clock
    for _, q in ipairs(QUEUES) do if redis.call('EXISTS', duek(q)) == 1 then  --@clock
      redis.call('ZUNIONSTORE', duek(q), 1, duek(q), 'WEIGHTS', 0) end end  --@clock
    emit('clock.gap'); return now  --@clock
  end  --@clock
  now = now + math.max(0, d)
  if d >= 1000 then save_clock() end
  return now
end

-- Money. Hammer amounts in cents; a scope is charged the all-in cost. `premium` and `tax` are hundredths of a percent (15 % = 1500).
-- The bill to the cent: premium = round half up (hammer x premium), tax = round half up ((hammer + premium) x tax), so books and bill agree.
local function rate(v) local n = whole(v); if n and n >= 0 and n <= 10000 then return n end return nil end
local function cost(hammer, l)
  local with = hammer + math.floor((hammer * (rate(l.premium) or 0) + 5000) / 10000)
  return with + math.floor((with * (rate(l.tax) or 0) + 5000) / 10000)
end
local function each_scope(l, f) for scope in string.gmatch(l.scopes or '', '[^,]+') do local r = f(scope); if r then return r end end end
local function expose(id, l, want)
  local was, booked = num(l.exposure, 0), num(l.booked, 0)
  local new = cost(want, l)
  if was == want and booked == new then return false end
  each_scope(l, function(scope)
    set(budgetk(scope), l.mode, num(redis.call('HGET', budgetk(scope), l.mode), 0) + new - booked) end)
  local step = (want > 0 and 1 or 0) - (was > 0 and 1 or 0)
  if step ~= 0 and (l.group or '') ~= '' then
    set(groupk(l.group), l.mode, num(redis.call('HGET', groupk(l.group), l.mode), 0) + step) end
  set(lotk(id), 'exposure', want, 'booked', new)
  l.exposure, l.booked = str(want), str(new)
  return true
end
local unlimited = {}                                       -- scopes that an edit names for the first time
-- Why an exposure of `want` does not fit: nil, 'budget:<scope>' or 'group-full'. held = what is already booked for this lot.
local function no_room(l, want, held, had)
  local add = cost(want, l) - held
  if (l.scopes or '') == '' then return 'budget:none' end
  local why = add > 0 and each_scope(l, function(scope)  --@budget
    local b = redis.call('HMGET', budgetk(scope), 'limit', l.mode)  --@budget
    if b[1] == 'none' or unlimited[scope] then return nil end  --@budget
    if num(b[2], 0) + add > (whole(b[1]) or -1) then return 'budget:' .. scope end end)  --@budget
  if why then return why end  --@budget
  if (l.group or '') ~= '' and want > 0 and not had then  --@group
    local g = redis.call('HMGET', groupk(l.group), 'wanted', 'over', l.mode)  --@group
    if num(g[3], 0) + 1 > (whole(g[1]) or 0) + (whole(g[2]) or 0) then return 'group-full' end end  --@group
  return nil
end
local function over_cap(l, amount)
  local cap, allin = whole(l.cap), l.allin
  if not cap or cap <= 0 then return 'no-cap' end
  if not rate(l.premium) or not rate(l.tax) then return 'no-rates' end
  local most = whole(redis.call('HGET', P .. 'limits', 'bid'))  --@limits
  if most and amount > most then return 'over-limit' end   -- the owner's limit for any single bid  --@limits
  if amount > cap then return 'over-cap' end
  if allin and allin ~= '' and cost(amount, l) > (whole(allin) or -1) then return 'over-cap' end
  return nil
end

-- What a read says of a lot, whoever is logged in: price, close, status and the display fields that changed.
local function picture(id, l, status, close, price, first, source)
  if num(l.price, -1) ~= price then
    set(lotk(id), 'price_at', wall)
    redis.call('RPUSH', P .. 'hist:' .. id, str(wall) .. ' ' .. str(price) .. ' ' .. source)
    redis.call('LTRIM', P .. 'hist:' .. id, -1000, -1) end
  set(lotk(id), 'status', status, 'close', close, 'price', price)
  if (l.trouble or '') ~= '' then set(lotk(id), 'trouble', '') end
  for i = first, #ARGV - 1, 2 do if l['x:' .. ARGV[i]] ~= ARGV[i + 1] then set(lotk(id), 'x:' .. ARGV[i], ARGV[i + 1]) end end
  redis.call('ZADD', P .. 'lots', 'XX', num(close, 0), id)
end
-- Closed is believed when two reads, at least a second apart, say so; without money on the lot, when the site's own event did and a read after it.
local function closed_for_sure(id, l, closing, rs)
  local heard = tonumber(l.heard_end or '')
  if heard and closing and rs >= heard and (l.inflight or '') == '' and num(l.exposure, 0) == 0 then return true end
  if heard and not closing and rs >= heard then redis.call('HSET', lotk(id), 'heard_end', '') end
  if closing and (l.closed_at or '') ~= '' then return rs >= tonumber(l.closed_at) + 1000 end
  if closing then set(lotk(id), 'closed_at', rs) elseif (l.closed_at or '') ~= '' then set(lotk(id), 'closed_at', '') end
  return false
end

-- The due queue. While a worker holds the lot a wake-up is written down (want) and honoured by DONE.
local function wake(q, id, at)
  if trace ~= '' and redis.call('ZSCORE', duek(q), id) then redis.call('HSET', lotk(id), 'trace:' .. q, trace) end
  local h = redis.call('HMGET', lotk(id), 'lease:' .. q, 'want:' .. q)
  if h[1] and h[1] ~= '' then
    if not h[2] or h[2] == '' or at < tonumber(h[2]) then redis.call('HSET', lotk(id), 'want:' .. q, str(at)) end
    if tonumber(h[1]) > now then return end  --@putlease
  end
  redis.call('ZADD', duek(q), 'XX', 'LT', str(at), id)
end

-- The end of an intent, whoever brings it about. Nothing was sent from RESERVED; after that a fresh read is due.
local function finish(iid, i, id, l, state, why, seen)
  local prev, amount = num(i.prev, 0), num(i.amount, 0)
  local want = prev
  if state == 'LEADING' then want = math.max(prev, amount) elseif state == 'OUTBID' or state == 'MOOT' then
    want = l.leading == '1' and num(l.exposure, 0) or 0 end  -- a newer read says we lead: the next read decides, not this reply
  expose(id, l, want)
  if state == 'LEADING' or state == 'OUTBID' or state == 'MOOT' then
    l.high = str(math.max(num(l.high, 0), amount)); set(lotk(id), 'high', l.high) end
  if i.state ~= 'RESERVED' then l.settled = str(seen or now); set(lotk(id), 'settled', l.settled) end
  if l.inflight == iid then l.inflight = ''; set(lotk(id), 'inflight', '') end
  set(intentk(iid), 'state', state, 'why', why, 'ended', now, 'ended_at', wall)
  redis.call('ZREM', P .. 'open', iid)
  wake('poll', id, now); if i.state == 'RESERVED' then wake('bid', id, now) end
end
-- A lot nobody wants any more and without money on it leaves the queues; PURGE deletes it later.
local function release(id)
  for _, q in ipairs(QUEUES) do redis.call('ZREM', duek(q), id) end
  redis.call('ZREM', P .. 'lots', id); redis.call('ZADD', P .. 'gone', str(now), id)
end

-- What an experiment's variant came to on a lot that ended, once: what was won below the limit, in cents; nothing for a lot that was not won.
local function came_to(id, l, name)
  local variant = l['v:' .. name]
  if not variant or l['o:' .. name] then return false end
  redis.call('HSET', lotk(id), 'o:' .. name, '1')          -- no event: nobody is shown it
  local won, paid = l.outcome == 'won', num(l.exposure, 0) > 0 and num(l.exposure, 0) or num(l.price, 0)
  local list = P .. 'outcomes:' .. name
  redis.call('RPUSH', list, cjson.encode({lot = id, variant = l['w:' .. name] and 'mixed' or variant, mode = l.mode, won = won and '1' or '0',
    surplus = str(won and num(l.cap, 0) - paid or 0), at = l.ended_at or str(wall)}))
  redis.call('LTRIM', list, -10000, -1)
  return true
end

local function conclude(id, outcome)
  local armed = redis.call('HGET', lotk(id), 'armed') or '0'
  set(lotk(id), 'final', '1', 'armed', '0', 'was_armed', armed, 'outcome', outcome, 'ended', now, 'ended_at', wall)
  release(id)
end

-- A command id makes a user's command happen once: same id and body = the same answer, same id and another body = conflict.
local function again(cmd, sha)
  if cmd == '' then return nil end
  local d = redis.call('HMGET', P .. 'done:' .. cmd, 'sha', 'a', 'b')
  if not d[1] then return nil end
  if d[1] ~= sha then return {'conflict', ''} end
  return {d[2], d[3], 'again'}
end
local function answer(cmd, sha, a, b)
  if cmd ~= '' then
    redis.call('HSET', P .. 'done:' .. cmd, 'sha', sha, 'a', a, 'b', str(b)); redis.call('PEXPIRE', P .. 'done:' .. cmd, 604800000) end
  return {a, str(b)}
end

-- An owner's edit of a watch. Returns why not, or nil. Edits that only tighten never need to name the version they saw.
local EDITABLE = {cap = 1, allin = 1, premium = 1, tax = 1, strategy = 1, params = 1, armed = 1, mode = 1, group = 1, scopes = 1, ask = 1,
  capby = 1}                                               -- 'allin': the hammer cap is what the all-in cap leaves, nobody typed it
local function edit(id, l, first, expect)
  local e, tight = {}, true
  for i = first, #ARGV, 2 do
    local f, v = ARGV[i], ARGV[i + 1]
    if not EDITABLE[f] or not v then return 'unknown-field' end
    e[f] = v
    if not ((f == 'cap' and (whole(v) or 0) <= num(l.cap, 0)) or (f == 'armed' and v == '0') or f == 'capby'
      or (f == 'allin' and v ~= '' and (whole(v) or 0) <= num(l.allin, 1e13))) then tight = false end
  end
  if not l.cap_ver then                                    -- a new record: disarmed, dry run, the total budget, unless the owner says otherwise
    e.armed = e.armed or '0'; e.mode = e.mode or 'dry'; e.scopes = e.scopes or 'total'; e.group = e.group or '' end
  if expect ~= '' and expect ~= l.cap_ver and not tight then return 'stale-version' end
  if e.cap and not whole(e.cap) then return 'bad-cap' end
  if e.allin and e.allin ~= '' and not whole(e.allin) then return 'bad-cap' end
  if e.armed and e.armed ~= '0' and e.armed ~= '1' then return 'bad-armed' end
  if e.mode and e.mode ~= 'live' and e.mode ~= 'dry' then return 'bad-mode' end
  local n = {}; for k, v in pairs(l) do n[k] = v end; for k, v in pairs(e) do n[k] = v end
  if (e.premium and not rate(e.premium)) or (e.tax and not rate(e.tax)) then return 'bad-rate' end
  if n.armed == '1' then local why = over_cap(n, 0); if why then return why end end
  if n.armed == '1' and not tight and l.final == '1' then return 'closed' end
  each_scope(n, function(scope)                            -- a scope that nobody set a limit for does not limit
    if redis.call('HEXISTS', budgetk(scope), 'limit') == 0 then unlimited[scope] = true end end)
  local crosses = n.mode ~= l.mode
  if crosses and l.final == '1' then return 'closed' end   -- what ended on paper was not won or lost with money
  local moves = crosses or (n.group or '') ~= (l.group or '') or (n.scopes or '') ~= (l.scopes or '')
  if moves and l.cap_ver then
    if (l.inflight or '') ~= '' then return 'inflight' end
    if crosses and (num(l.exposure, 0) > 0
      or l.mode == 'live' and num(l.high, 0) > 0           -- outbid with money: it leads again when a rival withdraws  --@once
    ) then return 'exposed' end
    local keep = num(l.exposure, 0)
    expose(id, l, 0)                                       -- take it out of the old scopes, see whether it fits in the new ones
    n.exposure, n.booked = '0', '0'
    local why = keep > 0 and no_room(n, keep, 0, false)
    expose(id, why and l or n, keep)
    if why then changes = {}; return why end
    l.exposure, l.booked = n.exposure, n.booked
  end
  for scope in pairs(unlimited) do set(budgetk(scope), 'limit', 'none') end
  if (n.group or '') ~= (l.group or '') then                -- who is in a group, for those who choose among its lots; not in the log, like the queues
    if (l.group or '') ~= '' then redis.call('SREM', membersk(l.group), id) end
    if (n.group or '') ~= '' then redis.call('SADD', membersk(n.group), id) end
  end
  local flat = {}; for k, v in pairs(e) do flat[#flat + 1] = k; flat[#flat + 1] = v end
  l.cap_ver = str(redis.call('INCR', P .. 'seq')); for k, v in pairs(e) do l[k] = v end
  if (e.ask or '') ~= '' then flat[#flat + 1] = 'ask_at'; flat[#flat + 1] = str(now) end
  if crosses and num(l.high, 0) > 0 then flat[#flat + 1] = 'high'; flat[#flat + 1] = '0' end  -- paper and real money share no past  --@past
  set(lotk(id), 'cap_ver', l.cap_ver, unpack(flat))
  if e.premium or e.tax then expose(id, l, num(l.exposure, 0)) end
  return nil
end
clock()
