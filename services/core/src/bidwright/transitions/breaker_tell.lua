-- BREAKER_TELL  wall, who, what, gen, why     -> {'ok', state it is in now}     what: trip | good | bad
-- trip: a replica has seen enough failures in a row. good, bad: what came of its probe. A word about a time before the last flip is stale.
local c = hash(P .. 'cb'); local state, gen, what = c.state or 'closed', num(c.gen, 0), ARGV[3]
if str(gen) ~= ARGV[4] then return {'ok', state} end
local mine = state == 'half' and c.probe_by == ARGV[2]
if (what == 'trip' and state == 'closed') or (what == 'bad' and mine) then
  set(P .. 'cb', 'state', 'open', 'gen', gen + 1, 'opened', now, 'opened_at', wall, 'probe_exp', 0, 'why', ARGV[5],
    'trips', num(c.trips, 0) + (what == 'trip' and 1 or 0))
  emit('breaker.changed'); return {'ok', 'open'} end
if what == 'good' and mine then
  set(P .. 'cb', 'state', 'closed', 'gen', gen + 1, 'closed_at', wall, 'probe_exp', 0, 'why', '', 'recoveries', num(c.recoveries, 0) + 1)
  redis.call('SET', P .. 'ramp', str(wall), 'PX', RAMP_MS)
  emit('breaker.changed'); return {'ok', 'closed'} end
return {'ok', state}
