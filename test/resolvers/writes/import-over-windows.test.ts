import { expect, test } from 'vitest';
import { createPasswordThrottle } from '../../../src/access/throttle/password-throttle.ts';
import { createContext, type SharedContext } from '../../../src/context.ts';
import { createGovernor } from '../../../src/governor/governor.ts';
import { createDefinitionsCache } from '../../../src/loaders/definitions.ts';
import { upsertAttributeValues } from '../../../src/resolvers/writes/attributes.ts';
import { createCallLog } from '../../../src/rest/client/call-log.ts';
import { createCallPath } from '../../../src/rest/client/call-path.ts';
import type { Call, WriteAttempt } from '../../../src/rest/client/http.ts';
import { MAX_CONCURRENCY } from '../../../src/rest/operations.ts';
import { createShortcuts } from '../../../src/rest/shortcuts.ts';
import { createRecentWrites } from '../../../src/rest/writes/recent-writes.ts';
import { createQuota, rateLimitHeaders } from '../../../src/sandbox/quota.ts';
import { keyWith } from '../../support/callers.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const WINDOW_MS = 30_000;
const WINDOWS = 10;
const VALUES = 200;
const OPERATION_TIMEOUT_MS = 45_000;
const CALLER = keyWith('customers:write');

/** A store that accepts all attribute values, on a clock of its own. */
function createStore() {
  const clock = createFakeClock();
  const quota = createQuota({ quota: 150, windowMs: WINDOW_MS, window: 'fixed', now: clock.now });
  let rateLimited = 0;
  let calls = 0;
  async function attempt({ operation, method, path, body, onEnd }: Call): Promise<WriteAttempt> {
    await clock.sleep(150);
    const state = quota.consume();
    await clock.sleep(150);
    calls += 1;
    if (state?.allowed === false) rateLimited += 1;
    const headers = Object.fromEntries(
      Object.entries(rateLimitHeaders(state, true)).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const report = {
      operation,
      method,
      path,
      durationMs: 300,
      failure: null,
      missesScope: false,
      requestId: null,
    };
    onEnd?.({ ...report, status: state?.allowed === false ? 429 : 200, headers });
    const data = (body as readonly object[]).map((value, i) => ({ id: calls * 100 + i, ...value }));
    return { outcome: 'ok', body: { data } };
  }
  const governor = createGovernor({
    maxConcurrency: MAX_CONCURRENCY,
    connections: 64,
    maxQueued: 2_000,
    probe: async () => {},
    events: { onAdmit() {}, onReject() {}, onRetry() {}, onInvalidHeaders() {} },
    clock,
    random: () => 0.5,
  });
  const send = () => Promise.reject(new Error('an import reads nothing'));
  const shared: SharedContext = {
    storeHash: 'abc',
    callPath: createCallPath({
      http: { attempt, send, urlPrefixLength: 60 },
      governor,
      shortcuts: createShortcuts(clock.now),
    }),
    quotaState: governor.state,
    definitions: createDefinitionsCache(),
    formFieldDefinitions: createDefinitionsCache(),
    shortcuts: createShortcuts(clock.now),
    passwordThrottle: createPasswordThrottle(),
    writes: {
      maxItems: 1_000,
      lateWriteMs: 1_000,
      recent: createRecentWrites(clock),
      storeNow: () => 1_700_000_000_000 + clock.now(),
      ...clock,
      waitUntil: (work) => work,
    },
    shutdownSignal: new AbortController().signal,
    onUnexpectedField: () => {},
    shopperAttributes: [],
  };
  return { clock, shared, rateLimited: () => rateLimited, calls: () => calls };
}

test('an import of 200 attribute values again and again loses no batch in ten windows', async () => {
  const { clock, shared, rateLimited, calls } = createStore();
  const outcomes = new Map<string, number>();
  let round = 0;
  async function importAgain(): Promise<void> {
    while (clock.now() < WINDOWS * WINDOW_MS) {
      round += 1;
      const value = `round ${round}`;
      const values = Array.from({ length: VALUES }, (_, i) => ({
        customerEntityId: i + 1,
        attributeEntityId: 1,
        value,
      }));
      const ctx = createContext(shared, {
        caller: CALLER,
        signal: new AbortController().signal,
        deadlineAt: clock.now() + OPERATION_TIMEOUT_MS,
        callLog: createCallLog(),
        onHiddenFailure: () => {},
      });
      const { results } = await upsertAttributeValues(ctx, values);
      for (const { outcome } of results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  const imports = importAgain();
  await clock.advanceTo((WINDOWS + 2) * WINDOW_MS);
  await imports;
  expect(outcomes.get('NOT_ATTEMPTED') ?? 0).toBe(0);
  expect([...outcomes.keys()]).toEqual(['UPDATED']);
  expect(rateLimited()).toBe(0);
  // The quota of ten windows, apart from what is kept for interactive calls.
  expect(calls()).toBeGreaterThan(0.9 * 150 * WINDOWS);
});
