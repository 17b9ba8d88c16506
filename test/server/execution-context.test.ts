import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createCanceller } from '../../src/cancel-signal.ts';
import { createExecutionContexts } from '../../src/server/execution-context.ts';

test('the deadline counts from when the operation arrived, also if it has waited for its turn', () => {
  const { signal } = createCanceller();
  const runtime = {
    clock: { now: () => 10_000, sleep: async () => {} },
    context: { callPath: {}, shutdownSignal: signal, writes: {} } as never,
  };
  const logger = pino({ level: 'silent' });
  const contextFor = createExecutionContexts(runtime, { logger, maxCalls: 1, deadlineMs: 45_000 });
  const options = { state: {}, signal, freshness: null };
  expect(contextFor(options).origin.deadlineAt).toBe(55_000);
  expect(contextFor({ ...options, waitedMs: 300 }).origin.deadlineAt).toBe(54_700);
});
