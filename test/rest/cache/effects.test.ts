import { describe, expect, test } from 'vitest';
import { effectOf } from '../../../src/rest/cache/effects.ts';
import { heldTags } from '../../../src/rest/cache/keys.ts';
import type { WriteCall } from '../../../src/rest/client/queue.ts';
import { OPERATIONS } from '../../../src/rest/operations.ts';

const EMPTY = { getMany: (keys: readonly string[]) => keys.map(() => null) };
const DELETES = ['deleteCustomersAddresses', 'deleteCustomersAttributeValues'] as const;

function callOf(operation: keyof typeof OPERATIONS, ids: string): WriteCall {
  const { id, path, method, retry } = OPERATIONS[operation];
  return { operation: id, path, method, retry, parameters: [['id:in', ids]] } as unknown as WriteCall;
}

async function allTags(call: WriteCall): Promise<readonly string[]> {
  const effect = await effectOf(call, EMPTY);
  return [...(effect?.tags ?? []), ...(effect?.afterwards(null) ?? [])];
}

describe('a delete by the ids of records that are not kept', () => {
  test.each(DELETES)('%s changes what holds them, and not every customer', async (operation) => {
    const kind = operation === 'deleteCustomersAddresses' ? 'addresses' : 'attributeValues';
    const tags = await allTags(callOf(operation, '7,8'));
    expect(tags).not.toContain('customer/*');
    expect(tags).toEqual(
      expect.arrayContaining([`holds/${kind}/7`, `holds/${kind}/8`, `holds/${kind}/*`, `list/${kind}`]),
    );
  });

  test.each(DELETES)('%s changes every customer if an id cannot be read', async (operation) => {
    expect(await allTags(callOf(operation, '7,x'))).toContain('customer/*');
  });
});

describe('the tags of what holds a record', () => {
  test('are those of the record itself', () => {
    expect(heldTags('addresses', 7, {})).toEqual(['holds/addresses/7']);
    expect(heldTags('attributeValues', 7, {})).toEqual(['holds/attributeValues/7']);
  });

  test('are those of each part of a customer', () => {
    const record = { addresses: [{ id: 7 }, { id: 8 }], address_count: 2, attributes: [{ id: 9 }] };
    expect(heldTags('customers', 1, record)).toEqual([
      ...['holds/addresses/7', 'holds/addresses/8', 'holds/attributeValues/9'],
    ]);
    expect(heldTags('customers', 1, {})).toEqual([]);
  });

  test.each([
    ['has more', { addresses: [{ id: 7 }], address_count: 2 }],
    ['may have more', { addresses: Array.from({ length: 10 }, (_, index) => ({ id: index + 1 })) }],
    ['has one without an id', { addresses: [{}], address_count: 1 }],
  ])('include one of customers with other addresses if a customer %s', (_what, record) => {
    expect(heldTags('customers', 1, record)).toContain('holds/addresses/*');
  });
});
