import type { ExpiringStore } from '../access/expiring-store.ts';
import { delayAfter, FAILURE_TTL_MS, type ShareAttempts } from '../access/throttle/failed-attempts.ts';
import { type Budget, type CallerBudgets, capacityOf, type LocalBudgets } from '../cost/caller-budgets.ts';
import type { RedisConnection } from './connection.ts';
import type { KeyNames } from './key-names.ts';
import { defineScript } from './script.ts';

/** What is counted in Redis. While it is away, each replica counts alone. */
export interface SharedCounters {
  readonly shareAttempts: ShareAttempts;
  shareBudgets(local: LocalBudgets): CallerBudgets;
  shareExpiring(local: ExpiringStore): ExpiringStore;
}

const MINUTE_MS = 60_000;

/**
 * A bucket that refills evenly. ARGV: calls per minute, capacity, calls to take, calls to give back, calls to wait for. Returns
 * the milliseconds until the bucket holds the calls that were to be taken or waited for; 0 if it does.
 */
const BUCKET = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local perMinute, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local take, give, need = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local known = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(known[1] or capacity), tonumber(known[2] or now)
left = math.min(capacity, left + math.max(0, now - at) * perMinute / ${MINUTE_MS} + give)
local wait = 0
if take > 0 and take > math.max(0, left) then wait = (take - left) * ${MINUTE_MS} / perMinute
else left = left - take end
if need > 0 then wait = math.max(0, (need - left) * ${MINUTE_MS} / perMinute) end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - left) * ${MINUTE_MS} / perMinute) + ${MINUTE_MS})
return tostring(wait)
`;

/** ARGV: 1 to record a failure, milliseconds until it is forgotten. Returns the failures and the milliseconds since the last one. */
const ATTEMPTS = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] == '1' then
  redis.call('HINCRBY', KEYS[1], 'failures', 1)
  redis.call('HSET', KEYS[1], 'at', tostring(now))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
local known = redis.call('HMGET', KEYS[1], 'failures', 'at')
return { tonumber(known[1] or 0), now - tonumber(known[2] or now) }
`;

/** ARGV: milliseconds. Returns the new count. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
`;

export function createSharedCounters(connection: RedisConnection, names: KeyNames): SharedCounters {
  return {
    shareBudgets: shareBudgetsOn(connection, names),
    shareAttempts: shareAttemptsOn(connection, names),
    shareExpiring: shareExpiringOn(connection, names),
  };
}

/** What a budget's bucket is used for, in calls. */
interface BucketUse {
  readonly take?: number;
  readonly give?: number;
  readonly need?: number;
}

function shareBudgetsOn(connection: RedisConnection, names: KeyNames): SharedCounters['shareBudgets'] {
  const run = defineScript(BUCKET);

  /** Returns the milliseconds until the bucket holds what is wanted. */
  async function useBucket(budget: Budget, { take = 0, give = 0, need = 0 }: BucketUse): Promise<number> {
    const key = names.hashed('budget', budget.account);
    const args = [budget.callsPerMinute, capacityOf(budget), take, give, need].map(String);
    return Number(await connection.run((client) => run(client, [key], args)));
  }

  return (local) => ({
    async charge(budget, calls) {
      if (calls > capacityOf(budget)) return Number.POSITIVE_INFINITY;
      try {
        const waitMs = await useBucket(budget, { take: calls });
        if (waitMs > 0) return waitMs;
        // What this replica charges is known to it when Redis is away.
        local.settle(budget, 0, calls);
        return null;
      } catch {
        return local.charge(budget, calls);
      }
    },
    settle(budget, charged, made) {
      local.settle(budget, charged, made);
      // While Redis is away, the account in it refills by itself.
      useBucket(budget, { give: charged - made }).catch(() => {});
    },
    untilOpen: (budget) => useBucket(budget, { need: 1 }).catch(() => local.untilOpen(budget)),
  });
}

function shareAttemptsOn(connection: RedisConnection, names: KeyNames): ShareAttempts {
  const run = defineScript(ATTEMPTS);

  return (kind, rule, local) => {
    async function read(key: string, isFailure: boolean): Promise<number> {
      const args = [isFailure ? '1' : '0', String(rule.ttlMs ?? FAILURE_TTL_MS)];
      const reply = await connection.run((client) => run(client, [names.hashed(kind, key)], args));
      const [failures = 0, ageMs = 0] = reply as number[];
      return Math.max(0, delayAfter(failures, rule) - ageMs);
    }

    return {
      delayMs: (key) => read(key, false).catch(() => local.delayMs(key)),
      async recordFailure(key) {
        local.recordFailure(key);
        await read(key, true).catch(() => {});
      },
      async reset(key) {
        local.reset(key);
        await connection.run((client) => client.del(names.hashed(kind, key))).catch(() => {});
      },
    };
  };
}

function shareExpiringOn(connection: RedisConnection, names: KeyNames): SharedCounters['shareExpiring'] {
  const runCount = defineScript(COUNT);

  return (local) => ({
    async add(name, ttlMs) {
      await local.add(name, ttlMs);
      const expiration = { type: 'PX', value: Math.ceil(ttlMs) } as const;
      const key = names.hashed('expiring', name);
      await connection.run((client) => client.set(key, '1', { expiration })).catch(() => {});
    },
    async has(name) {
      // What this replica has added holds even if Redis has forgotten it.
      if (await local.has(name)) return true;
      const key = names.hashed('expiring', name);
      return connection.run(async (client) => (await client.exists(key)) > 0).catch(() => false);
    },
    async count(name, ttlMs) {
      const own = await local.count(name, ttlMs);
      const key = names.hashed('count', name);
      const args = [String(Math.ceil(ttlMs))];
      return connection.run((client) => runCount(client, [key], args)).then(Number, () => own);
    },
  });
}
