-- accept  wall, event, group, subject, word, keep_ms, grace_ms, field, value ...     -> 'added' | 'known' | 'told'
-- One step: the entry is there, the event is acknowledged, and where to go on after a lost group is remembered. No crash comes between.
-- subject and word: what was told last about it; the same again within keep_ms (0: for ever) is no news. grace_ms: told no sooner.
local now, id, group, subject, word, keep = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local AGE, MOST, HARD, LOOK = 604800000, 2000, 10000, 200
local box, entry, told = P .. 'outbox', entryk(id), P .. 'outbox:told:' .. subject
if string.find(id, '^%d+-%d+$') then  -- else the notifier's own notice, which no event stands for
  redis.call('XACK', P .. 'ev', group, id); redis.call('SET', P .. 'outbox:mark', id) end
if redis.call('EXISTS', entry) == 1 then return 'known' end
if subject ~= '' then
  if redis.call('GET', told) == word then return 'told' end
  redis.call('SET', told, word)
  if keep > 0 then redis.call('PEXPIRE', told, keep) end
end
redis.call('HSET', entry, 'state', 'pending', 'made', now, 'why', '', 'subject', subject, unpack(ARGV, 8))
redis.call('PEXPIRE', entry, AGE)
redis.call('ZADD', box, now, id)
redis.call('ZADD', P .. 'outbox:open', now, id)
redis.call('ZADD', duek(''), now + tonumber(ARGV[7]), id)
redis.call('ZREMRANGEBYSCORE', box, '-inf', now - AGE)
-- The box never fills the store: what has come to its end goes first, what nobody was told yet only from a much fuller box, and counted.
local over = redis.call('ZCARD', box) - MOST
if over > 0 then
  local hard = redis.call('ZCARD', box) - HARD
  for _, old in ipairs(redis.call('ZRANGE', box, 0, over + LOOK)) do
    if over <= 0 then break end
    local open = redis.call('ZSCORE', P .. 'outbox:open', old)
    if not open or hard > 0 then
      if open then redis.call('INCR', P .. 'outbox:dropped') end
      redis.call('DEL', entryk(old)); redis.call('ZREM', box, old)
      for _, set in ipairs({'outbox:open', 'outbox:due', 'outbox:watch'}) do redis.call('ZREM', P .. set, old) end
      over, hard = over - 1, hard - 1
    end
  end
end
return 'added'
