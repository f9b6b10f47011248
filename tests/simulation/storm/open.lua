-- The open intents, one record each; read only. What else the judge looks at needs no script.
-- KEYS[1] = prefix
local P, out = KEYS[1], {}
for _, iid in ipairs(redis.call('ZRANGE', P .. 'open', 0, -1)) do
  local h = redis.call('HMGET', P .. 'intent:' .. iid, 'state', 'lot', 'amount', 'till', 'mode', 'created', 'prev'); h[8] = iid
  out[#out + 1] = h
end
return out
