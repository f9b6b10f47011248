-- BLOCK  wall, wait_ms     -> until_ms (wall)     No replica is admitted before; the later of old and new wins.
local till = wall + math.max(0, num(ARGV[2], 0))
till = math.max(till, num(redis.call('GET', P .. 'block'), 0) / 1000)
redis.call('SET', P .. 'block', str(till * 1000), 'PX', str(math.max(1, till - wall)))
redis.call('SET', P .. 'ramp', str(till), 'PX', str(till - wall + RAMP_MS))
return str(till)
