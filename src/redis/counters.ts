import type { ExpiringStore } from '../access/shoppers/expiring-store.ts';
import { delayAfter, FAILURE_TTL_MS, type ShareAttempts } from '../access/throttle/failed-attempts.ts';
import type { LocalSignInThrottle, SignInThrottle } from '../access/throttle/sign-in-throttle.ts';
import { type CallerBudgets, capacityOf, type LocalBudgets } from '../cost/caller-budgets.ts';
import { createBuckets, type UseBucket } from './buckets.ts';
import type { Envelope } from './cache/envelope.ts';
import type { RedisConnection } from './connection.ts';
import type { KeyNames } from './key-names.ts';
import { defineScript, NUMBER_OF } from './script.ts';
import { shareSignIns } from './sign-ins.ts';

/** What is counted in Redis. While it is away, each replica counts alone. */
export interface SharedCounters {
  readonly shareAttempts: ShareAttempts;
  shareBudgets(local: LocalBudgets): CallerBudgets;
  shareSignIns(local: LocalSignInThrottle): SignInThrottle;
  /**
   * Both functions reject while Redis is away.
   * @param local keeps what this replica sets, also if Redis forgets it
   */
  shareExpiring(local: ExpiringStore): ExpiringStore;
}

/** ARGV: 1 to record a failure, milliseconds until it is forgotten. Returns the failures and the milliseconds since the last one. */
const ATTEMPTS = `${NUMBER_OF}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'failures', 'at')
local failures, at = numberOf(known[1], 0), numberOf(known[2], now)
if ARGV[1] == '1' then
  failures, at = failures + 1, now
  redis.call('HSET', KEYS[1], 'failures', string.format('%.0f', failures), 'at', tostring(now))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return { failures, now - at }
`;

export function createSharedCounters(
  connection: RedisConnection,
  names: KeyNames,
  envelope: Envelope,
): SharedCounters {
  return {
    shareBudgets: shareBudgetsOn(createBuckets(connection, names)),
    shareAttempts: shareAttemptsOn(connection, names),
    shareSignIns: (local) => shareSignIns(local, createBuckets(connection, names)),
    shareExpiring: shareExpiringOn(connection, names, envelope),
  };
}

function shareBudgetsOn(useBucket: UseBucket): SharedCounters['shareBudgets'] {
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

function shareExpiringOn(
  connection: RedisConnection,
  names: KeyNames,
  envelope: Envelope,
): SharedCounters['shareExpiring'] {
  return (local) => ({
    // What Redis keeps outlives a replica; a restart of Redis itself is not survived without persistence.
    isDurable: true,
    async get(key) {
      const name = names.hashed('expiring', key);
      const text = await connection.run((client) => client.get(name));
      const [keyId = '', sealed = ''] = (text ?? '').split(' ');
      const found = sealed === '' ? null : envelope.open(sealed, keyId, name);
      // Redis first: another replica can have set it since.
      return found ?? local.get(key);
    },
    async set(key, value, expiresAt) {
      await local.set(key, value, expiresAt);
      const name = names.hashed('expiring', key);
      const expiration = { type: 'PXAT', value: Math.ceil(expiresAt) } as const;
      const text = `${envelope.keyId} ${envelope.seal(value, name)}`;
      // Not in silence: the other replicas would go on with what has ended here.
      await connection.run((client) => client.set(name, text, { expiration }));
    },
  });
}
