-- PUT  wall, queue, lot, after_ms               -> {'ok'} | {'no', 'gone'}
local q, id = ARGV[2], ARGV[3]
if not redis.call('ZSCORE', duek(q), id) then return {'no', 'gone'} end
redis.call('HSET', lotk(id), 'asked:' .. q, '1')                                  -- TAKE says so to whoever looks
wake(q, id, now + math.min(math.max(whole(ARGV[4]) or 0, 0), MAX_PERIOD))
save_clock()
return {'ok'}
