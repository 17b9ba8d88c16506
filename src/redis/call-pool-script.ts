/** Milliseconds without a report after which a replica does not count as one that takes part. */
const LIVE_MS = 1_000;
/** Milliseconds without a report after which a replica is taken for dead. */
const DEAD_MS = 3_000;
/** Milliseconds for which a call of a dead replica may still run at the store. */
const CALL_MS = 15_000;
/** Calls in flight, over all replicas, before a response has shown the quota. */
const COLD_START_LIMIT = 32;
/** Milliseconds by which the machines of the store may disagree about the end of a window. */
const SKEW_MS = 20;
/** A window that is over is out of date after this fraction of its length. */
const STALE_AFTER = 0.05;
/** Fraction of the quota that may be in flight in a new window before a response shows the use of other apps. */
const NEW_WINDOW_FRACTION = 0.25;
/** Milliseconds for which the state outlives the last replica. */
const STATE_MS = 3_600_000;

/**
 * Leases calls of one store to its replicas. KEYS[1] holds the state; ARGV[1] is the id of the replica, ARGV[2] its report,
 * ARGV[3] the time in milliseconds, for tests. Returns false for a report that is older than the last one.
 *
 * Why no call is too many: in a fixed window the least `left` that any response stated includes every call whose response
 * has arrived. All other calls are in `out` of their replica, until the replica reports their responses. So `left` minus
 * the sum of `out` is what is certainly unused. A lease outlives the window, and counts in each one until it is returned.
 */
export const CALL_POOL_SCRIPT = `
local report = cjson.decode(ARGV[2])
local id = ARGV[1]
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- What another program or another version has written counts as absent, since a script that fails would fail until it expires.
local function hasNumbers(value, names)
  for name in string.gmatch(names, '%a+') do
    if type(value[name]) ~= 'number' then return false end
  end
  return true
end
local function isPool(value)
  return hasNumbers(value, 'number expected recoveredAt probeAt answered')
    and (not value.endsAt or hasNumbers(value, 'endsAt lengthMs quota left'))
    and (not value.slidingAt or hasNumbers(value, 'slidingAt slidingSeenAt slidingShare'))
end
local function isReplica(value)
  return hasNumbers(value, 'out seen activeAt answered sequence') and type(value.held) == 'table'
end

local pool = { number = 0, expected = 0, recoveredAt = -1e15, probeAt = -1e15, answered = 0 }
local replicas = {}
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local isJson, value = pcall(cjson.decode, fields[index + 1])
  local isTable = isJson and type(value) == 'table'
  if fields[index] == 'pool' then
    if isTable and isPool(value) then pool = value end
  elseif isTable and isReplica(value) then replicas[fields[index]] = value
  else redis.call('HDEL', KEYS[1], fields[index]) end
end
local before = replicas[id]
if before and report.sequence <= before.sequence then return false end

local others = {}
local live = 1
for other, replica in pairs(replicas) do
  if other ~= id then
    others[other] = replica
    if now - replica.seen <= ${LIVE_MS} then live = live + 1 end
  end
end
local wasLive = before and now - before.seen <= ${LIVE_MS}
if live == 1 and not wasLive then
  pool.recoveredAt = now
  pool.expected = report.expected
end
local isRecovering = now - pool.recoveredAt < ${DEAD_MS}
local missing = isRecovering and math.max(0, pool.expected - live) or 0

local function forgetDead()
  for other, replica in pairs(others) do
    -- What it had leased may be on its way to the store, which counts it when it arrives.
    if now - replica.seen > ${CALL_MS} then
      redis.call('HDEL', KEYS[1], other)
      others[other] = nil
    end
  end
end

local answered = math.max(0, report.answered - (before and before.answered or report.answered))
pool.answered = pool.answered + answered
local seen = report.window
if seen then
  local endsAt = now + seen.endsInMs
  local isFirst = not pool.endsAt
  if isFirst or endsAt > pool.endsAt + seen.lengthMs / 2 then
    pool.number = pool.number + 1
    pool.quota = seen.quota
    pool.left = seen.left
    pool.lengthMs = seen.lengthMs
    pool.endsAt = endsAt
    pool.answered = math.min(answered, seen.quota - seen.left)
    forgetDead()
  elseif endsAt > pool.endsAt - seen.lengthMs / 2 then
    pool.quota = seen.quota
    pool.left = math.min(pool.left, seen.left)
    pool.endsAt = math.min(pool.endsAt, endsAt)
  end
end
if report.isLeaving then
  redis.call('HSET', KEYS[1], 'pool', cjson.encode(pool))
  redis.call('HDEL', KEYS[1], id)
  return false
end
local isOver = pool.endsAt and now >= pool.endsAt + ${SKEW_MS}
if isOver or not pool.endsAt then forgetDead() end

local outstanding = report.outstanding
local active = 1
for _, replica in pairs(others) do
  outstanding = outstanding + replica.out
  if now - replica.seen <= ${LIVE_MS} and now - replica.activeAt <= (pool.lengthMs or 30000) then active = active + 1 end
end

local reserve = 0
if pool.quota then reserve = missing * math.ceil(report.share * pool.quota) end
local free
local most = report.wanted
if not pool.endsAt then
  free = ${COLD_START_LIMIT} - outstanding
elseif isOver and now - pool.endsAt - ${SKEW_MS} < pool.lengthMs * ${STALE_AFTER} then
  free = now - pool.probeAt >= 1000 and 1 or 0
elseif isOver then
  free = math.max(1, math.floor(pool.quota * ${NEW_WINDOW_FRACTION})) - outstanding - reserve
else
  free = pool.left - outstanding - reserve
  most = math.min(most, math.max(1, math.ceil(free / (2 * active))))
end
local granted = math.max(0, math.min(most, math.floor(free)))
if isOver and granted > 0 then pool.probeAt = now end

if report.isSliding and not pool.slidingAt then
  pool.slidingAt = now
  pool.slidingShare = 0
  if pool.endsAt and not isOver then pool.slidingShare = math.max(0, math.floor(free / live)) end
end
if report.isSliding then pool.slidingSeenAt = now end
if pool.slidingAt and now - pool.slidingSeenAt > 2 * (pool.lengthMs or 30000) then
  pool.slidingAt = nil
end
if pool.slidingAt then granted = 0 end

local leased = {}
local held = {}
local hasLeases = false
for operation, want in pairs(report.operations) do
  local room = want.cap - want.outstanding - missing * math.max(1, math.floor(want.cap * report.share))
  for _, replica in pairs(others) do
    if now - replica.seen <= ${CALL_MS} then room = room - (tonumber(replica.held[operation]) or 0) end
  end
  leased[operation] = math.max(0, math.min(want.wanted, room))
  held[operation] = want.outstanding + leased[operation]
  hasLeases = true
end

local activeAt = before and before.activeAt or -1e15
if report.isActive or report.wanted > 0 then activeAt = now end
local own = {
  out = report.outstanding + granted, seen = now, activeAt = activeAt, answered = report.answered,
  sequence = report.sequence, held = held,
}
redis.call('HSET', KEYS[1], id, cjson.encode(own), 'pool', cjson.encode(pool))
redis.call('PEXPIRE', KEYS[1], ${STATE_MS})

local state = { granted = granted, free = math.max(0, free - granted), replicas = live, activeReplicas = active }
if pool.slidingAt then
  state.sliding = { share = pool.slidingShare, isNew = before ~= nil and now - pool.slidingAt <= ${LIVE_MS} }
end
if hasLeases then state.operations = leased end
if pool.endsAt then
  state.window = {
    number = pool.number, quota = pool.quota, left = pool.left, lengthMs = pool.lengthMs,
    resetMs = isOver and 0 or math.max(1, pool.endsAt + ${SKEW_MS} - now),
    otherApps = math.max(0, pool.quota - pool.left - pool.answered - outstanding),
  }
end
return cjson.encode(state)
`;
