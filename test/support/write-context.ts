import { ANONYMOUS } from '../../src/access/caller.ts';
import { createPasswordThrottle } from '../../src/access/throttle/password-throttle.ts';
import { type Context, createContext } from '../../src/context.ts';
import type { CallRequest, Governor, Permit } from '../../src/governor/governor.ts';
import { createDefinitionsCache } from '../../src/loaders/definitions.ts';
import { createCallLog } from '../../src/rest/client/call-log.ts';
import { createCallPath } from '../../src/rest/client/call-path.ts';
import type { Call, WriteAttempt } from '../../src/rest/client/http.ts';
import { createShortcuts } from '../../src/rest/shortcuts.ts';
import { createRecentWrites } from '../../src/rest/writes/recent-writes.ts';

export interface TestContextOptions {
  readonly urlPrefixLength?: number;
  /** Returns the response body of a read, or throws. `advance` lets this many milliseconds pass before it arrives. */
  readonly read: (call: Call, advance: (ms: number) => void) => unknown;
  readonly write: (call: Call) => WriteAttempt;
  /** Called with every call that the governor is asked to admit. */
  readonly onRequest?: (request: CallRequest) => void;
}

const PERMIT: Permit = { timeLeftMs: () => 10_000, waitedMs: 0, retryAfterMs: () => null, release: () => {} };

/** The context of one request on an in-memory store. Only sleeping advances its clock. */
export function createTestContext(options: TestContextOptions): Context {
  const { urlPrefixLength = 44, read, write, onRequest = () => {} } = options;
  let time = 0;
  const now = () => time;
  function advance(ms: number): void {
    time += ms;
  }
  const admit = (request: CallRequest) => {
    onRequest(request);
    return PERMIT;
  };
  const governor: Pick<Governor, 'read' | 'write'> = {
    read: (request, send) => send(admit(request)),
    write: (request, _retry, send) => send(admit(request)),
  };
  const http = {
    urlPrefixLength,
    send: async (call: Call) => read(call, advance),
    attempt: async (call: Call) => write(call),
  };
  const shortcuts = createShortcuts(now);
  return createContext(
    {
      storeHash: 'sandbox',
      callPath: createCallPath({ http, governor, shortcuts }),
      quotaState: () => ({ quota: null, queued: { interactive: 0, standard: 0, bulk: 0 } }),
      definitions: createDefinitionsCache(),
      formFieldDefinitions: createDefinitionsCache(),
      shortcuts,
      passwordThrottle: createPasswordThrottle(),
      writes: {
        maxItems: 1_000,
        lateWriteMs: 15_000,
        recent: createRecentWrites({ now }),
        storeNow: now,
        now,
        sleep: async (ms) => advance(ms),
        waitUntil: (work) => work,
      },
      shutdownSignal: new AbortController().signal,
      onUnexpectedField: () => {},
      shopperAttributes: [],
    },
    {
      caller: ANONYMOUS,
      signal: new AbortController().signal,
      deadlineAt: Number.POSITIVE_INFINITY,
      callLog: createCallLog(),
      onHiddenFailure: () => {},
      deferredWork: () => null,
    },
  );
}
