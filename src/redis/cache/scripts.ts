import { NUMBER_OF } from '../script.ts';

/** Number of invalidated tags that are remembered. Beyond it all entries become unusable, and they are forgotten. */
const MAX_TAGS = 100_000;
/**
 * Milliseconds after which a process counts as ended that has not been heard of, has not left, and has not renewed its lease.
 */
export const FORGET_MS = 60_000;

/*
 * KEYS[1] is a hash with the number of the last invalidation (`version`), the last invalidation of each tag (`t` and the tag:
 * its number, and until when it holds), and an `epoch`. An entry is usable in the epoch in which it was written, if
 * none of its tags was invalidated after its version, and none was held when it was read. If the hash is lost, the next epoch
 * begins, so a tag whose invalidation was forgotten makes nothing usable again. A number in it that cannot be read counts as lost:
 * without its version the next epoch begins, and a tag without its invalidation makes no entry usable.
 *
 * `members` names the processes that write, each with the end of its lease (`id end;`). While a lease is over and its process
 * has not left, that process may be cut off and write, so no entry is usable.
 *
 * Each script returns the state: the epoch, the version, the time, and 1 if no lease is over.
 *
 * An entry is `1 keyId epoch version readAt stamp tags`, a line break, and the sealed value. Times are those of the server.
 */
const COMMON = `${NUMBER_OF}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch or not string.match(redis.call('HGET', KEYS[1], 'version') or '', '^%d+$') then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'version', '0')
end
local from = numberOf(redis.call('HGET', KEYS[1], 'from'), 0)
local members = redis.call('HGET', KEYS[1], 'members') or ''
local isComplete = true
for leaseEnd in string.gmatch(members, ' (%d+);') do
  local overdue = now - tonumber(leaseEnd)
  if overdue > 0 and overdue < ${FORGET_MS} then isComplete = false end
end
local function beginEpoch()
  epoch = ARGV[1]
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'version', '0', 'members', members)
end
local known = {}
local function isUsable(entryEpoch, version, readAt, tags)
  if not isComplete or entryEpoch ~= epoch or tonumber(readAt) < from then return false end
  for tag in string.gmatch(tags, '[^,]+') do
    if known[tag] == nil then known[tag] = redis.call('HGET', KEYS[1], 't' .. tag) or '' end
    if known[tag] ~= '' then
      local last, heldUntil = string.match(known[tag], '^(%d+) (%d+)$')
      if not last or tonumber(last) > tonumber(version) or tonumber(heldUntil) > tonumber(readAt) then return false end
    end
  end
  return true
end
local function parse(value)
  return string.match(value, '^1 [%w_-]+ ([%w_-]+) (%d+) (%d+) ([%w_-]+) ([^\\n]*)\\n')
end
local function state()
  local version = redis.call('HGET', KEYS[1], 'version')
  return { epoch, version, string.format('%.0f', now), isComplete and '1' or '0' }
end
`;

/**
 * KEYS: the hash, then entries, then as many leases. ARGV: a new epoch, the id of the process, milliseconds of a lease or 0,
 * then for each entry the stamp that the process has in memory, or nothing. Returns the state, then for each entry: its
 * value; its stamp alone if the process has it; `lease` if the process is to read it from the store; `wait` if another one does.
 */
export const GET_SCRIPT = `${COMMON}
local reply = state()
local count = (#KEYS - 1) / 2
for index = 1, count do
  local value = redis.call('GET', KEYS[1 + index])
  local answer = 'lease'
  if value then
    local entryEpoch, version, readAt, stamp, tags = parse(value)
    -- What cannot be parsed is for the process to tell.
    if not entryEpoch then answer = value
    elseif isUsable(entryEpoch, version, readAt, tags) then
      if stamp == ARGV[3 + index] then answer = '=' else answer = value end
    end
  end
  if answer == 'lease' and ARGV[3] ~= '0' and isComplete then
    local lease = KEYS[1 + count + index]
    local owner = redis.call('GET', lease)
    if not owner then redis.call('SET', lease, ARGV[2], 'PX', ARGV[3])
    elseif owner ~= ARGV[2] then answer = 'wait' end
  end
  reply[4 + index] = answer
end
return reply
`;

/**
 * KEYS: the hash, then entries, then as many leases. ARGV: a new epoch, milliseconds to keep, then the values. Stores each that
 * is usable, unless the entry there was read later.
 */
export const SET_SCRIPT = `${COMMON}
local count = (#KEYS - 1) / 2
for index = 1, count do
  local value = ARGV[2 + index]
  local entryEpoch, version, readAt, _, tags = parse(value)
  local isNew = isUsable(entryEpoch, version, readAt, tags)
  local before = isNew and redis.call('GET', KEYS[1 + index])
  if before then
    local beforeEpoch, beforeVersion, beforeReadAt, _, beforeTags = parse(before)
    if beforeEpoch and tonumber(beforeReadAt) > tonumber(readAt)
      and isUsable(beforeEpoch, beforeVersion, beforeReadAt, beforeTags) then isNew = false end
  end
  if isNew then redis.call('SET', KEYS[1 + index], value, 'PX', ARGV[2]) end
  redis.call('DEL', KEYS[1 + count + index])
end
return state()
`;

/** KEYS: the hash. ARGV: a new epoch, milliseconds of a hold, then the tags. */
export const INVALIDATE_SCRIPT = `${COMMON}
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
local heldUntil = tonumber(ARGV[2]) > 0 and now + tonumber(ARGV[2]) or 0
for index = 3, #ARGV do
  local field = 't' .. ARGV[index]
  local before = redis.call('HGET', KEYS[1], field)
  local held = heldUntil
  if before then held = math.max(held, numberOf(string.match(before, ' (%d+)$'), 0)) end
  redis.call('HSET', KEYS[1], field, version .. ' ' .. string.format('%.0f', held))
end
if redis.call('HLEN', KEYS[1]) > ${MAX_TAGS} then
  beginEpoch()
end
return state()
`;

/**
 * KEYS: the hash. ARGV: a new epoch, the id of the server's process, 1 if the next epoch has to begin, the epoch that the process
 * knew, milliseconds of the longest hold, and the members that it knew. The next epoch begins too if another server process wrote the hash: that one may have
 * known invalidations that are lost. Then holds are lost as well, so nothing counts that is read before the longest is over. And
 * so may be members: one that is not there is added, with a lease that is over.
 */
export const PREPARE_SCRIPT = `${COMMON}
local run = redis.call('HGET', KEYS[1], 'run')
if ARGV[3] == '1' or (run and run ~= ARGV[2]) then
  beginEpoch()
end
redis.call('HSET', KEYS[1], 'run', ARGV[2])
if ARGV[3] == '1' or (ARGV[4] ~= '' and ARGV[4] ~= epoch) then
  redis.call('HSET', KEYS[1], 'from', string.format('%.0f', math.max(from, now + tonumber(ARGV[5]))))
end
if ARGV[4] ~= '' and ARGV[4] ~= epoch then
  for index = 6, #ARGV do
    if not string.find(members, ARGV[index] .. ' ', 1, true) then
      members = members .. ARGV[index] .. ' ' .. string.format('%.0f', now) .. ';'
    end
  end
  redis.call('HSET', KEYS[1], 'members', members)
end
return state()
`;

/**
 * KEYS: the hash. ARGV: a new epoch, the id of the process, the end of its lease by the server's clock; 0 if it leaves. Returns the
 * state, then the members. A message that the network has delayed does no harm: the lease that it asks for is over.
 */
export const JOIN_SCRIPT = `${COMMON}
local reply = state()
local ends = tonumber(ARGV[3])
local others = ''
for id, leaseEnd in string.gmatch(members, '(%S+) (%d+);') do
  if id == ARGV[2] then
    if ends > 0 then ends = math.max(ends, tonumber(leaseEnd)) end
  elseif now - tonumber(leaseEnd) < ${FORGET_MS} then
    others = others .. id .. ' ' .. leaseEnd .. ';'
    reply[#reply + 1] = id
  end
end
if ends > 0 then others = others .. ARGV[2] .. ' ' .. string.format('%.0f', ends) .. ';' end
redis.call('HSET', KEYS[1], 'members', others)
return reply
`;
