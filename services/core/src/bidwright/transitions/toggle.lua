-- TOGGLE  wall, key, name, what, by, value, why, expect, worse_by, lots    -> {'ok', 'changed' | 'same'} | {'no', 'moved' | 'unknown'}
-- A toggle's live value and its entry in the audit, in one step. `what`:
--   set    write `value` ('' takes the key away), unless the key holds something else than `expect` ('*': whatever it holds)
--   seen   nothing is written: a value that nobody has entered yet was set by hand, and is entered now
-- worse_by (cents), lots: from now on the experiment's rule of roll-back; '' leaves it as it is
local key, name, what, by, value, why = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local mine = P .. 'toggle:' .. name
local function held()                                      -- as text that every reader can read, whatever somebody put there
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return '' end
  if kind ~= 'string' then return '(a ' .. kind .. ', no text)' end
  return (string.gsub(redis.call('GETRANGE', key, 0, 500), '[^\32-\126]', '?'))
end
local function enter(who, old, new, reason)
  redis.call('XADD', P .. 'toggles:audit', 'MAXLEN', '~', '20000', '*', 'name', name, 'by', who, 'old', old, 'new', new, 'why', reason, 'at', str(wall))
  set(mine, 'value', new, 'old', old, 'by', who, 'why', reason, 'at', wall)
  if who ~= 'roll-back' then set(mine, 'since', wall) end  -- from when on an experiment's lots count: those it ended by are still shown
end
local known, now_held = redis.call('HGET', mine, 'value') or '', held()
local by_hand = known ~= now_held
if by_hand then enter('redis', known, now_held, 'set in Redis by hand') end
if what == 'seen' then
  if by_hand then emit('toggle.changed') end
  return {'ok', by_hand and 'changed' or 'same'}
end
if what ~= 'set' then return {'no', 'unknown'} end
if ARGV[8] ~= '*' and ARGV[8] ~= now_held then
  if by_hand then emit('toggle.changed') end
  return {'no', 'moved'}
end
if ARGV[9] ~= '' then set(mine, 'worse_by', ARGV[9], 'lots', ARGV[10]) end
if value == '' then redis.call('DEL', key) else redis.call('SET', key, value) end
local new = held()
enter(by, now_held, new, why)                              -- also when it was so already: somebody decided it
emit('toggle.changed')
return {'ok', new ~= now_held and 'changed' or 'same'}
