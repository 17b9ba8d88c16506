import type { Freshness } from '../client/freshness.ts';
import { type CacheKind, HAS_EVENTS } from './kinds.ts';

/** How old an answer of the cache may be, in milliseconds. 0: such answers are not kept. */
export interface CacheAges {
  /** Kinds whose changes the store announces: customers, addresses, metafields. */
  readonly withEventsMs: number;
  /**
   * Kinds whose changes it does not announce: attributes and their values, form fields, settings. Also the limit of the
   * others while events do not arrive.
   */
  readonly withoutEventsMs: number;
  readonly consentMs: number;
  /** How much older an answer may be if the store is down and the request does not say. 0: it is never used then. */
  readonly ifErrorMs: number;
}

/** How old the answer to one read may be, in milliseconds. */
export interface AgeLimits {
  readonly maxAgeMs: number;
  /** How much older it may be if the store is down. */
  readonly ifErrorMs: number;
}

export interface CachePolicy {
  /** Whether answers about all of these are kept. */
  isKept(kinds: readonly CacheKind[]): boolean;
  /** The limits of answers about these for a request. */
  limitsOf(kinds: readonly CacheKind[], freshness: Freshness): AgeLimits;
}

/** How much older an answer may be at most if the store is down and the request allows it, in milliseconds. */
export const MAX_IF_ERROR_MS = 3_600_000;

/** @param eventsArrive whether the events of the store are known to arrive */
export function createCachePolicy(ages: CacheAges, eventsArrive: () => boolean): CachePolicy {
  function ageOf(kind: CacheKind): number {
    if (kind === 'consent') return ages.consentMs;
    return HAS_EVENTS[kind] ? ages.withEventsMs : ages.withoutEventsMs;
  }

  return {
    isKept: (kinds) => kinds.every((kind) => ageOf(kind) > 0),
    limitsOf(kinds, { maxAgeMs = Number.POSITIVE_INFINITY, ifErrorMs = ages.ifErrorMs }) {
      const own = kinds.map((kind) =>
        HAS_EVENTS[kind] && !eventsArrive() ? Math.min(ageOf(kind), ages.withoutEventsMs) : ageOf(kind),
      );
      return { maxAgeMs: Math.min(maxAgeMs, ...own), ifErrorMs: Math.min(ifErrorMs, MAX_IF_ERROR_MS) };
    },
  };
}

/** The longest time for which any answer can be used, in milliseconds. */
export function longestUse({ withEventsMs, withoutEventsMs, consentMs }: CacheAges): number {
  return Math.max(withEventsMs, withoutEventsMs, consentMs) + MAX_IF_ERROR_MS;
}
