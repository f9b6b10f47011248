-- FOUND  wall, search, how, lots       -> {'ok', 'told' | 'quiet' | 'same'} | {'no', 'unknown'}     lots: JSON [[id, title], …]
-- What a saved search found just now. how = tell: lots that it has not shown before are kept, and the event says so, once for each;
-- quiet: without the event; begin: it was saved just now, so nothing is new.
local mine, fresh, titles = P .. 'search:' .. ARGV[2], {}, {}
if redis.call('EXISTS', mine) == 0 then return {'no', 'unknown'} end
for _, lot in ipairs(cjson.decode(ARGV[4])) do
  if redis.call('ZADD', mine .. ':seen', 'NX', str(wall), lot[1]) == 1 then
    fresh[#fresh + 1] = lot[1]
    if #titles < 3 then titles[#titles + 1] = lot[2] end
  end
end
redis.call('ZREMRANGEBYRANK', mine .. ':seen', 0, -2001)   -- the newest 2000 are remembered
redis.call('HSET', mine, 'looked', str(wall), 'why', '')
if #fresh == 0 or ARGV[3] == 'begin' then return {'ok', 'same'} end
set(mine, 'name', redis.call('HGET', mine, 'name') or '', 'fresh', table.concat(fresh, ','), 'count', #fresh, 'titles', table.concat(titles, '; '), 'at', wall)
if ARGV[3] ~= 'tell' then return {'ok', 'quiet'} end
emit('search.found')
return {'ok', 'told'}
