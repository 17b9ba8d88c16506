import type { Governor, Permit } from '../../src/governor/governor.ts';
import { createCallLog } from '../../src/rest/client/call-log.ts';
import { type CallPath, createCallPath } from '../../src/rest/client/call-path.ts';
import type { HttpClient } from '../../src/rest/client/http.ts';
import { createRest, type Rest } from '../../src/rest/index.ts';
import { createShortcuts } from '../../src/rest/shortcuts.ts';
import { testRequester } from './rest-calls.ts';

const PERMIT: Permit = { timeLeftMs: () => 10_000, waitedMs: 0, retryAfterMs: () => null, release: () => {} };

/** Admits every call immediately. */
const unlimitedGovernor: Governor = {
  read: (_ticket, send) => send(PERMIT),
  write: (_ticket, _rule, send) => send(PERMIT),
  hasSpareQuota: () => true,
  close: async () => {},
  state: () => ({
    quota: null,
    window: 'unknown',
    windowMs: 30_000,
    breaker: 'closed',
    openCircuits: [],
    inFlight: 0,
    queued: { interactive: 0, standard: 0, bulk: 0 },
    replicas: 1,
  }),
};

/** The way of calls to any HTTP client, for several requests. */
export function createTestCallPath(http: HttpClient): CallPath {
  return createCallPath({ http, governor: unlimitedGovernor, shortcuts: createShortcuts(() => 0) });
}

/** The REST resources for a request that never ends, over any HTTP client. */
export function createTestRest(http: HttpClient): Rest {
  return testRestOver(createTestCallPath(http));
}

/** The REST resources for one request of those that share a call path. */
export function testRestOver(callPath: CallPath, callLog = createCallLog()): Rest {
  return createRest({ callPath, requester: testRequester({ callLog }), onUnexpectedField: () => {} });
}
