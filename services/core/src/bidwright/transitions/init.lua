-- INIT  wall, epoch, known, site, schema, total_limit, live, max_bid, max_step, per_minute, release     -> {'ok', 'new' | 'same', epoch} | {'no', 'site' | 'schema' | 'lost', what is stored}
-- The first step of every start. known: the epoch the data directory remembers, or ''; live: '1', '0' or '' (as the owner chose, else dry run).
local m = hash(P .. 'meta')
if m.epoch and m.site ~= ARGV[4] then return {'no', 'site', m.site} end
if m.epoch and m.schema ~= ARGV[5] then return {'no', 'schema', m.schema} end
local lost = ARGV[3] ~= '' and m.epoch ~= ARGV[3]
if not m.epoch then set(P .. 'meta', 'epoch', ARGV[2], 'site', ARGV[4], 'schema', ARGV[5]) end
if (ARGV[11] or '') ~= '' and m.release ~= ARGV[11] then set(P .. 'meta', 'release', ARGV[11]) end  -- who opened it last
local k = hash(P .. 'kill')
if not k.state then set(P .. 'kill', 'state', 'run', 'gen', 1, 'by', 'init', 'why', '', 'at', now) end
if lost and k.state ~= 'halt' then                         -- what stands on the site is not known any more: a person decides
  set(P .. 'kill', 'state', 'halt', 'gen', num(k.gen, 0) + 1, 'by', 'init', 'why', 'the store is not the one this installation used', 'at', now) end
set(P .. 'kill', 'live', ARGV[7] ~= '' and ARGV[7] or k.chosen or '0')
if redis.call('HEXISTS', budgetk('total'), 'limit') == 0 then set(budgetk('total'), 'limit', ARGV[6]) end
set(P .. 'limits', 'bid', ARGV[8], 'step', ARGV[9] or 0, 'per_minute', ARGV[10] or 40)
emit('store.opened')
if lost then return {'no', 'lost', m.epoch or ''} end
return {'ok', m.epoch and 'same' or 'new', m.epoch or ARGV[2]}
