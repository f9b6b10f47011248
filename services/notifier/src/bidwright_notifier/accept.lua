-- accept  wall, event, group, subject, word, keep_ms, grace_ms, field, value ...     -> 'added' | 'known' | 'told'
-- One step: the entry is there, the event is acknowledged, and where to go on after a lost group is remembered. No crash comes between.
-- subject and word: what was told last about it; the same again within keep_ms (0: for ever) is no news. grace_ms: deliver no sooner.
local P, now, id, group, subject, word, keep = KEYS[1], tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local AGE, MOST = 604800000, 2000
local box, entry, told = P .. 'outbox', P .. 'outbox:e:' .. id, P .. 'outbox:told:' .. subject
if string.find(id, '^%d+-%d+$') then  -- else the notifier's own notice, which no event stands for
  redis.call('XACK', P .. 'ev', group, id); redis.call('SET', P .. 'outbox:mark', id) end
if redis.call('EXISTS', entry) == 1 then return 'known' end
if subject ~= '' then
  if redis.call('GET', told) == word then return 'told' end
  redis.call('SET', told, word)
  if keep > 0 then redis.call('PEXPIRE', told, keep) end
end
redis.call('HSET', entry, 'state', 'pending', 'attempts', 0, 'made', now, 'sent', '', 'why', '', 'subject', subject, unpack(ARGV, 8))
redis.call('PEXPIRE', entry, AGE)
redis.call('ZADD', box, now, id)
redis.call('ZADD', P .. 'outbox:due', now + tonumber(ARGV[7]), id)
redis.call('ZREMRANGEBYSCORE', box, '-inf', now - AGE)
for _, old in ipairs(redis.call('ZRANGE', box, 0, redis.call('ZCARD', box) - MOST - 1)) do  -- the box never fills the store
  redis.call('DEL', P .. 'outbox:e:' .. old); redis.call('ZREM', box, old); redis.call('ZREM', P .. 'outbox:due', old)
end
return 'added'
