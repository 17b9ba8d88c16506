import { type Budget, capacityOf } from '../cost/caller-budgets.ts';
import type { RedisConnection } from './connection.ts';
import type { KeyNames } from './key-names.ts';
import { defineScript, NUMBER_OF } from './script.ts';

const MINUTE_MS = 60_000;

/**
 * A bucket that refills evenly. ARGV: calls per minute, capacity, calls to take, calls to give back, calls to wait for. Returns
 * the milliseconds until the bucket holds the calls that were to be taken or waited for; 0 if it does.
 */
const BUCKET = `${NUMBER_OF}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local perMinute, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local take, give, need = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local known = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = numberOf(known[1], capacity), numberOf(known[2], now)
left = math.min(capacity, left + math.max(0, now - at) * perMinute / ${MINUTE_MS} + give)
local wait = 0
if take > 0 and take > math.max(0, left) then wait = (take - left) * ${MINUTE_MS} / perMinute
else left = left - take end
if need > 0 then wait = math.max(0, (need - left) * ${MINUTE_MS} / perMinute) end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - left) * ${MINUTE_MS} / perMinute) + ${MINUTE_MS})
return tostring(wait)
`;

/** What a bucket is used for, in calls. */
export interface BucketUse {
  /** Calls to take, if the bucket holds them. */
  readonly take?: number;
  /** Calls to give back. A negative number takes them although the bucket may not hold them. */
  readonly give?: number;
  /** Calls to wait for. */
  readonly need?: number;
}

/** Uses the bucket of an account. @returns milliseconds until it holds what is wanted. Rejects while Redis is away */
export type UseBucket = (budget: Budget, use: BucketUse) => Promise<number>;

export function createBuckets(connection: RedisConnection, names: KeyNames): UseBucket {
  const run = defineScript(BUCKET);
  return async (budget, { take = 0, give = 0, need = 0 }) => {
    const key = names.hashed('budget', budget.account);
    const args = [budget.callsPerMinute, capacityOf(budget), take, give, need].map(String);
    return Number(await connection.run((client) => run(client, [key], args)));
  };
}
