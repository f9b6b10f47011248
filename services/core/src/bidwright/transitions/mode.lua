-- MODE  wall, by, live, keep     live: '1' | '0'; keep: '1' remembers it as the owner's choice     -> {'ok', live} | {'no', 'no-epoch' | 'bad-mode'}
if redis.call('EXISTS', P .. 'meta') == 0 then return {'no', 'no-epoch'} end
if ARGV[3] ~= '1' and ARGV[3] ~= '0' then return {'no', 'bad-mode'} end
set(P .. 'kill', 'live', ARGV[3], 'mode_by', ARGV[2], 'mode_at', wall)
if ARGV[4] == '1' then set(P .. 'kill', 'chosen', ARGV[3]) end
for _, id in ipairs(redis.call('ZRANGE', duek('bid'), 0, -1)) do wake('bid', id, now) end
emit('mode.changed')
return {'ok', ARGV[3]}
