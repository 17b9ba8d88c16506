import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { itemsOrThrow } from '../../../src/rest/batching/chunks.ts';
import { type CallLog, createCallLog, redactedQuery } from '../../../src/rest/client/call-log.ts';
import { createFakeHttpClient } from '../../support/fake-http.ts';
import { createTestCallPath, testRestOver } from '../../support/fake-rest.ts';
import { fc } from '../../support/property-tests.ts';

const PAGE_SIZE = 250;
const REJECTION = new GatewayError('UPSTREAM_REJECTED', 'invalid', { status: 422 });

interface Reader {
  /** Whether the store rejects every list with the id of its customer. @default false */
  readonly isRejected?: boolean;
  /** Number of addresses of the customer that the operation reads. */
  readonly addresses: number;
  /** @default no limit */
  readonly maxReads?: number;
}

/** Operations that read the addresses of customer 1, 2 and so on at the same time, so the store is asked for all together. */
async function readTogether(readers: readonly Reader[]) {
  const records = readers.flatMap(({ addresses }, i) =>
    Array.from({ length: addresses }, (_, k) => ({ id: (k + 1) * 100 + i, customer_id: i + 1 })),
  );
  // As the store lists them: the addresses of several customers are mixed.
  records.sort((one, other) => one.id - other.id);
  const http = createFakeHttpClient(({ query }) => {
    const parameters = new URLSearchParams(query);
    const ids = new Set(parameters.get('customer_id:in')?.split(',').map(Number));
    if (readers.some(({ isRejected }, i) => isRejected && ids.has(i + 1))) throw REJECTION;
    const found = records.filter((record) => ids.has(record.customer_id));
    const start = (Number(parameters.get('page') ?? 1) - 1) * PAGE_SIZE;
    return { data: found.slice(start, start + PAGE_SIZE), meta: { pagination: { total: found.length } } };
  });
  const callPath = createTestCallPath(http);
  const logs: CallLog[] = readers.map(({ maxReads }, i) =>
    createCallLog({ ...(maxReads !== undefined && { maxReads }), currentField: () => `field ${i + 1}` }),
  );
  const reads = await Promise.allSettled(
    logs.map(async (log, i) => {
      const chunks = await testRestOver(callPath, log).addresses.ofCustomers([i + 1], new Set());
      return itemsOrThrow(chunks).length;
    }),
  );
  return {
    calls: http.calls,
    logs,
    made: logs.map(({ entries }) => entries.length),
    found: reads.map((read) => (read.status === 'fulfilled' ? read.value : read.reason.code)),
  };
}

describe('of a list that several operations read together', () => {
  test('each page counts for an operation whose records made it necessary', async () => {
    const { calls, made, found } = await readTogether([
      { addresses: 100 },
      { addresses: 500 },
      { addresses: 10 },
    ]);
    expect(calls).toHaveLength(3);
    expect(found).toEqual([100, 500, 10]);
    expect(made).toEqual([1, 2, 0]);
  });

  test('an operation sees only its own keys and fields in its calls', async () => {
    const { logs } = await readTogether([{ addresses: 100 }, { addresses: 500 }]);
    const shown = logs.map(({ entries }) =>
      entries.map((entry) => [entry.field, decodeURIComponent(redactedQuery(entry))]),
    );
    expect(shown).toEqual([
      [['field 1', 'customer_id:in=1&limit=250']],
      [
        ['field 2', 'customer_id:in=2&page=2&limit=250'],
        ['field 2', 'customer_id:in=2&page=3&limit=250'],
      ],
    ]);
  });

  test('the pages of others do not use up the allowance of an operation', async () => {
    const { logs, found } = await readTogether([
      { addresses: 100, maxReads: 1 },
      { addresses: 500, maxReads: 3 },
    ]);
    expect(found).toEqual([100, 500]);
    expect(logs.map((log) => log.remainingReads())).toEqual([0, 1]);
  });

  test('an operation whose records need more pages than it may read fails alone', async () => {
    const { found } = await readTogether([
      { addresses: 100, maxReads: 5 },
      { addresses: 5_000, maxReads: 5 },
      { addresses: 10, maxReads: 5 },
    ]);
    expect(found).toEqual([100, 'OPERATION_TOO_EXPENSIVE', 10]);
  });

  test('rejected calls count for the operation whose key the store rejects', async () => {
    const reader = { addresses: 10, maxReads: 10 };
    const readers = [reader, reader, { ...reader, isRejected: true }, reader];
    const { calls, made, found, logs } = await readTogether(readers);
    expect(found).toEqual([10, 10, 'UPSTREAM_REJECTED', 10]);
    // All four, the second half, and the rejected one alone. The others share a call, or make their own.
    expect(calls).toHaveLength(5);
    expect(made).toEqual([1, 0, 3, 1]);
    expect(logs.map((log) => log.remainingReads())).toEqual([9, 10, 7, 9]);
  });

  test('no operation counts more pages than it would have read alone, and each page counts once', async () => {
    const reader = fc.record({ addresses: fc.integer({ min: 0, max: 1_500 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(reader, { minLength: 1, maxLength: 6 }), async (readers) => {
        const { calls, made, found } = await readTogether(readers);
        expect(found).toEqual(readers.map(({ addresses }) => addresses));
        expect(made.reduce((sum, count) => sum + count, 0)).toBe(calls.length);
        for (const [i, { addresses }] of readers.entries()) {
          expect(made[i]).toBeLessThanOrEqual(Math.max(1, Math.ceil(addresses / PAGE_SIZE)));
        }
      }),
      { numRuns: 50 },
    );
  });
});
