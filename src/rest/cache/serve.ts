import { GatewayError } from '../../errors.ts';
import { type Layer, parametersOf, type RestCall } from '../client/call.ts';
import { isObject } from '../wire/decode.ts';
import { type Found, findByKeys, findList, findWhole, type Lookup } from './find.ts';
import { type CacheKind, cachedOperation, kindsOf } from './kinds.ts';
import type { AgeLimits, CachePolicy } from './policy.ts';
import type { CacheStore } from './store.ts';

/** How much of a read the cache answered. `stale`: all, although too old, because the store is down. */
export type CacheResult = 'hit' | 'partial' | 'miss' | 'stale';

export interface ServeOptions {
  readonly store: Pick<CacheStore, 'getMany'>;
  readonly policy: CachePolicy;
  /** Called with the result of each read that may be answered. */
  readonly onRead: (result: CacheResult) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Answers reads from the cache if it has what they ask for. A lookup asks the store only for the keys that are missing.
 * If the store is down, older answers are used, if the configuration and the request allow it.
 */
export function serve({ store, policy, onRead, now }: ServeOptions, next: Layer<unknown>): Layer<unknown> {
  const isWithin = (found: Found<unknown>, ms: number) => now() - found.readAt <= ms;

  /** Makes a call. If the store is down, returns what the cache has instead. */
  async function orOlder(
    call: RestCall,
    answer: Promise<unknown>,
    older: Found<unknown> | null,
    { maxAgeMs, ifErrorMs }: AgeLimits,
  ): Promise<unknown> {
    try {
      return await answer;
    } catch (error) {
      const isUsable = older !== null && ifErrorMs > 0 && isWithin(older, maxAgeMs + ifErrorMs);
      if (!isUsable || !isOutage(error) || call.requester.signal?.aborted) throw error;
      onRead('stale');
      enter(call, older, {
        isComplete: true,
        isStale: true,
        staleUntil: older.readAt + maxAgeMs + ifErrorMs,
      });
      return answerOf(older);
    }
  }

  async function lookUp(call: Lookup, kind: CacheKind, limits: AgeLimits): Promise<unknown> {
    const found = await findByKeys(store, call, kind);
    const isFresh = (records: Found<unknown> | null) =>
      records !== null && isWithin(records, limits.maxAgeMs);
    const fresh = together(found.flatMap(({ records }) => (isFresh(records) && records ? [records] : [])));
    const others = found.filter(({ records }) => !isFresh(records));
    onRead(fresh === null ? 'miss' : others.length === 0 ? 'hit' : 'partial');
    if (fresh !== null) {
      const staleUntil = fresh.readAt + limits.maxAgeMs;
      enter(call, fresh, { isComplete: others.length === 0, isStale: false, staleUntil });
      if (others.length === 0) return fresh.value;
    }
    // The parts that are kept of a record are asked for too, so that they are not lost.
    const include = [...new Set([...(call.include ?? []), ...others.flatMap((other) => other.include)])];
    const keys = { ...call.keys, values: others.map(({ key }) => key) };
    const older = others.every(({ records }) => records !== null)
      ? together(others.flatMap(({ records }) => records ?? []))
      : null;
    const rest = { ...call, keys, ...(include.length > 0 && { include }) };
    const answer = await orOlder(call, next(rest), older, limits);
    if (fresh === null || !isObject(answer) || !Array.isArray(answer.data)) return answer;
    return { data: [...fresh.value.data, ...answer.data] };
  }

  /** Makes a call past the cache. It must not join one in flight that began before a write of another process. */
  async function readPast(call: RestCall): Promise<unknown> {
    // The answer to any look-up shows the invalidations of others.
    await store.getMany([]);
    return next(call);
  }

  return async (call) => {
    const cached = cachedOperation(call);
    if (cached === null) return readPast(call);
    const { kind, ownerField } = cached;
    const kinds = kindsOf(kind, call.include);
    const limits = policy.limitsOf(kinds, call.requester.freshness ?? {});
    if (!policy.isKept(kinds) || (limits.maxAgeMs <= 0 && limits.ifErrorMs <= 0)) return readPast(call);
    const { keys } = call;
    if (ownerField !== null && keys?.mergeable) return lookUp({ ...call, keys }, kind, limits);
    const found = await (ownerField === null ? findWhole(store, call) : findList(store, call, kind));
    const isHit = found !== null && isWithin(found, limits.maxAgeMs);
    onRead(isHit ? 'hit' : 'miss');
    if (!isHit) return orOlder(call, next(call), found, limits);
    enter(call, found, { isComplete: true, isStale: false, staleUntil: found.readAt + limits.maxAgeMs });
    return answerOf(found);
  };
}

/** Throws the error of the store that said that there is no such thing. */
function answerOf({ value }: Found<unknown>): unknown {
  if (value instanceof GatewayError) throw value;
  return value;
}

/** Enters what the cache has answered in the log of the operation. */
function enter(
  call: RestCall,
  { readAt }: Found<unknown>,
  state: { readonly isComplete: boolean; readonly isStale: boolean; readonly staleUntil: number },
): void {
  const { operation, method, path } = call;
  call.requester.callLog.addCached({
    ...{ operation, method, path, parameters: parametersOf(call), readAt },
    ...state,
  });
}

/** The records of several keys, as a list of the store. Null if there are none. */
function together(
  parts: readonly Found<readonly unknown[]>[],
): Found<{ readonly data: readonly unknown[] }> | null {
  if (parts.length === 0) return null;
  return {
    value: { data: parts.flatMap(({ value }) => value) },
    readAt: parts.reduce((oldest, { readAt }) => Math.min(oldest, readAt), Number.POSITIVE_INFINITY),
  };
}

/** Whether an error says that the store is down. */
function isOutage(error: unknown): boolean {
  return error instanceof GatewayError && OUTAGE_CODES.has(error.code);
}

const OUTAGE_CODES: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']);
