import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { CallRequest } from '../../../src/governor/governor.ts';
import { deleteCustomers, updateCustomers } from '../../../src/resolvers/writes/customers.ts';
import { createMetafields } from '../../../src/resolvers/writes/metafields.ts';
import { createTestContext } from '../../support/write-context.ts';

/** A store that loses every response to a write. */
function losingStore(read: () => unknown) {
  const requests: CallRequest[] = [];
  const error = new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer was lost.');
  const context = createTestContext({
    read,
    write: () => ({ outcome: 'unknown', error }),
    onRequest: (request) => requests.push(request),
  });
  const reads = () => requests.filter(({ operation }) => /^get/.test(operation));
  return {
    context,
    reads: () => reads().length,
    settling: () => reads().filter(({ settlesWrite }) => settlesWrite === true).length,
  };
}

const metafields = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    customerEntityId: i + 1,
    namespace: 'n',
    key: 'k',
    value: 'v',
    permissionSet: 'READ' as const,
  }));

describe('the reads that settle a write', () => {
  test('are at most 8 per batch, whatever each of them shows', async () => {
    const { context, reads, settling } = losingStore(() => ({ data: [] }));
    await createMetafields(context, metafields(10));
    expect(reads()).toBeGreaterThan(8);
    expect(settling()).toBe(8);
  });

  test('are at most 8 per batch if all of them fail', async () => {
    const { context, reads, settling } = losingStore(() => {
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The store is down.');
    });
    await updateCustomers(context, [{ entityId: 1, company: 'A' }]);
    expect([reads(), settling()]).toEqual([8, 8]);
  });

  test('are counted for each batch', async () => {
    const { context, settling } = losingStore(() => ({ data: [] }));
    await createMetafields(context, metafields(30));
    expect(settling()).toBe(3 * 8);
  });

  test('do not include the reads before the write', async () => {
    const { context, reads, settling } = losingStore(() => ({ data: [] }));
    await deleteCustomers(context, [1]);
    expect([reads(), settling()]).toEqual([1, 0]);
  });
});
