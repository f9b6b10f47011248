-- What the judge looks at after every step, in one line per record; read only.
-- KEYS[1] = prefix; ARGV = lots, lot fields, scopes, groups (comma separated), wall clock
local P, out = KEYS[1], {}
local function split(s) local t = {}; for w in string.gmatch(s, '[^,]+') do t[#t + 1] = w end; return t end
local function line(t, n) for i = 1, n do if not t[i] then t[i] = '' end end; out[#out + 1] = table.concat(t, '\t', 1, n) end
local c = redis.call('HMGET', P .. 'steady', 'now', 'gap', 'wall')
-- not every script writes the clock down: what it took for now follows from the wall clock it was given
if c[1] then c[1] = string.format('%.0f', tonumber(c[1]) + math.max(0, tonumber(ARGV[5]) - tonumber(c[3]))) end
local k = redis.call('HMGET', P .. 'kill', 'state', 'live', 'gen')
line({c[1], c[2], k[1], k[2], k[3], redis.call('HGET', P .. 'session', 'state'), redis.call('HGET', P .. 'format', 'state'),
  redis.call('HGET', P .. 'limits', 'bid'), redis.call('HGET', P .. 'meta', 'epoch'), redis.call('XLEN', P .. 'ev')}, 10)
local lots, fields, scopes, groups = split(ARGV[1]), split(ARGV[2]), split(ARGV[3]), split(ARGV[4])
local poll, bid = redis.call('ZMSCORE', P .. 'due:poll', unpack(lots)), redis.call('ZMSCORE', P .. 'due:bid', unpack(lots))
for n, id in ipairs(lots) do
  local h = redis.call('HMGET', P .. 'lot:' .. id, unpack(fields)); h[#fields + 1] = poll[n]; h[#fields + 2] = bid[n]; line(h, #fields + 2) end
for _, s in ipairs(scopes) do line(redis.call('HMGET', P .. 'budget:' .. s, 'limit', 'live', 'dry', 'kept:live', 'kept:dry'), 5) end
for _, g in ipairs(groups) do line(redis.call('HMGET', P .. 'group:' .. g, 'wanted', 'over', 'live', 'dry'), 4) end
for _, iid in ipairs(redis.call('ZRANGE', P .. 'open', 0, -1)) do
  local h = redis.call('HMGET', P .. 'intent:' .. iid, 'state', 'lot', 'amount', 'till', 'mode', 'created', 'prev'); h[8] = iid; line(h, 8) end
return table.concat(out, '\n')
