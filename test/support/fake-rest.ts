import type { Governor, Permit } from '../../src/governor/governor.ts';
import { createLookupBatcher } from '../../src/rest/batching/lookup-batcher.ts';
import { createSingleflight } from '../../src/rest/batching/singleflight.ts';
import { createCallLog } from '../../src/rest/client/call-log.ts';
import type { HttpClient } from '../../src/rest/client/http.ts';
import { createRest, type Rest } from '../../src/rest/index.ts';

const PERMIT: Permit = { timeoutMs: 10_000, waitedMs: 0, release: () => {} };

/** Admits every call immediately. */
const unlimitedGovernor: Governor = {
  read: (_ticket, send) => send(PERMIT),
  write: (_ticket, _rule, send) => send(PERMIT),
  state: () => ({
    quota: null,
    window: 'unknown',
    breaker: 'closed',
    inFlight: 0,
    queued: { interactive: 0, standard: 0, bulk: 0 },
  }),
};

/** The REST resources for a request that never ends, over any HTTP client. */
export function createTestRest(http: HttpClient): Rest {
  return createRest({
    http,
    signal: new AbortController().signal,
    callLog: createCallLog(),
    governor: unlimitedGovernor,
    origin: { caller: 'test', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY },
    singleflight: createSingleflight(),
    lookupBatcher: createLookupBatcher(),
    onUnexpectedField: () => {},
  });
}
