import { chunkKeys, MAX_BISECT_CALLS } from '../rest/batching/chunks.ts';
import { MAX_ID, MAX_IN_VALUES, MAX_URL_LENGTH, PAGE_SIZE } from '../rest/limits.ts';
import type { CallCounts, CostPlan } from './plan.ts';

/** Characters that a lookup takes at most in addition to the start of its URL and its keys: path, includes and page. */
const MAX_FIXED_LENGTH = 220;

/** Characters that are left for the keys of a lookup. @param others characters of its other filters */
export function keySpace({ urlPrefixLength }: Pick<CostPlan, 'urlPrefixLength'>, others = 0): number {
  return MAX_URL_LENGTH - MAX_FIXED_LENGTH - urlPrefixLength - others;
}

/** The calls of a lookup by these keys. A rejected list is bisected. */
export function lookupCalls(keys: readonly string[], space: number): CallCounts {
  // A lone surrogate cannot be URL-encoded. The field that gets one reports the error itself.
  const chunks = chunkKeys(
    keys.map((key) => key.toWellFormed()),
    space,
  );
  return withBisection(chunks.length, keys.length);
}

/** The calls of a lookup by ids that are not known yet, if all of them are as long as possible. */
export function lookupCallsForIds(count: number, space: number): CallCounts {
  return withBisection(Math.ceil(count / idsPerCall(space)), count);
}

/** The calls of a lookup of the records that belong to these owners. @param perOwner records of an owner */
export function lookupCallsForOwners(owners: number, perOwner: number, space: number): CallCounts {
  const inFull = Math.floor(owners / idsPerCall(space));
  const pages = (count: number) => Math.max(1, Math.ceil((count * perOwner) / PAGE_SIZE));
  const rest = owners - inFull * idsPerCall(space);
  return withBisection(inFull * pages(idsPerCall(space)) + (rest > 0 ? pages(rest) : 0), owners);
}

function idsPerCall(space: number): number {
  const longest = String(MAX_ID).length + 1;
  return Math.max(1, Math.min(MAX_IN_VALUES, Math.floor(space / longest)));
}

function withBisection(calls: number, keys: number): CallCounts {
  return { calls, atMost: keys > 1 ? calls + Math.min(MAX_BISECT_CALLS, 2 * (keys - 1)) : calls };
}
