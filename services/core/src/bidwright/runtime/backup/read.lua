-- READ  KEYS[1] = prefix, ARGV: the last event that is known ('' follows none), key ...     -> {newest event, key, type, expires, value, ...}
-- Every key that an event after the known one names, with the lists that go with its lot, and every key asked for; all as of one instant.
local P, known, out, seen = KEYS[1], ARGV[1], {''}, {}
local READ = {
  hash = function(key) return redis.call('HGETALL', key) end,
  list = function(key) return redis.call('LRANGE', key, 0, -1) end,
  set = function(key) return redis.call('SMEMBERS', key) end,
  zset = function(key) return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end,
  string = function(key) return {redis.call('GET', key)} end,
  stream = function(key) return redis.call('XRANGE', key, '-', '+') end,
}
local function take(key)
  if seen[key] then return end
  seen[key] = true
  local kind = redis.call('TYPE', key).ok
  for _, part in ipairs({key, kind, redis.call('PEXPIRETIME', key), READ[kind] and READ[kind](key) or {}}) do out[#out + 1] = part end
end
if known ~= '' then
  for _, entry in ipairs(redis.call('XRANGE', P .. 'ev', '(' .. known, '+')) do
    known = entry[1]
    local said = {}
    for i = 1, #entry[2], 2 do said[entry[2][i]] = entry[2][i + 1] end
    for name in pairs(cjson.decode(said.d)) do take(P .. name) end
    if said.lot ~= '' then
      for _, name in ipairs({'lot:' .. said.lot, 'lot:' .. said.lot .. ':intents', 'hist:' .. said.lot, 'holds:' .. said.lot, 'kept:' .. said.lot}) do
        take(P .. name) end
      local group = redis.call('HGET', P .. 'lot:' .. said.lot, 'group')
      if group and group ~= '' then take(P .. 'members:' .. group) end
    end
  end
end
for i = 2, #ARGV do take(ARGV[i]) end
out[1] = known
return out
