import { expect, test } from 'vitest';
import type { EntityKind, FaultRule, Sandbox } from '../../src/sandbox/index.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { fc } from '../support/property-tests.ts';
import { plainAddress } from './operations/case.ts';
import { createStoreClient, type Json, type StoreClient } from './support/store-client.ts';

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const id = fc.integer({ min: 1, max: 14 });
const ids = fc.array(id, { minLength: 1, maxLength: 3 });
const word = fc.constantFrom('ada', 'bo', 'cy', 'dee', 'eli', 'fay');
const customer = word.map((name) => ({ email: `${name}@example.org`, first_name: name, last_name: 'Drawn' }));
const address = fc.record({ customer_id: id, address1: word }).map((part) => ({ ...plainAddress, ...part }));
const metafield = fc
  .record({ resource_id: id, key: word })
  .map((part) => ({ permission_set: 'write', namespace: 'drawn', value: 'v', ...part }));

const batchOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const write = (method: string, path: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Write> =>
  body.map((drawn) => ({ method, path, body: drawn }));
const remove = (path: string): fc.Arbitrary<Write> =>
  ids.map((drawn) => ({ method: 'DELETE', path: `${path}?id:in=${drawn.join(',')}` }));

const anyWrite = fc.oneof(
  write('POST', '/customers', batchOf(customer)),
  write(
    'PUT',
    '/customers',
    batchOf(fc.record({ id, notes: word, email: word.map((name) => `${name}@example.org`) })),
  ),
  remove('/customers'),
  write('POST', '/customers/addresses', batchOf(address)),
  write('PUT', '/customers/addresses', batchOf(fc.record({ id, address1: word }))),
  remove('/customers/addresses'),
  write('POST', '/customers/attributes', batchOf(fc.record({ name: word, type: fc.constant('string') }))),
  remove('/customers/attributes'),
  write(
    'PUT',
    '/customers/attribute-values',
    batchOf(fc.record({ customer_id: id, attribute_id: id, value: word })),
  ),
  remove('/customers/attribute-values'),
  write('POST', '/customers/metafields', batchOf(metafield)),
  write('DELETE', '/customers/metafields', ids),
);

const anyFault: fc.Arbitrary<FaultRule['fault']> = fc.constantFrom<FaultRule['fault']>(
  { kind: 'cut', when: 'before-commit' },
  { kind: 'cut', when: 'after-commit' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, commits: true },
  { kind: 'late-commit', delayMs: 1, answer: 504 },
  { kind: 'late-commit', delayMs: 1, answer: 'cut' },
  { kind: 'truncate' },
  { kind: 'body', body: '{"data":' },
);

const lists: readonly (readonly [EntityKind, string])[] = [
  ['customer', '/customers'],
  ['address', '/customers/addresses'],
  ['attribute', '/customers/attributes'],
  ['attribute-value', '/customers/attribute-values'],
  ['metafield', '/customers/metafields'],
];

/** The ids of every record, by kind. */
async function recordsOf({ get }: StoreClient): Promise<Map<EntityKind, Set<number>>> {
  const records = new Map<EntityKind, Set<number>>();
  for (const [kind, path] of lists) {
    const { json } = await get(`${path}?limit=250`);
    expect(json.meta.pagination.total_pages).toBeLessThanOrEqual(1);
    records.set(kind, new Set(json.data.map(({ id: own }: Json) => own)));
  }
  return records;
}

/** Applies the changes in the ledger to the ids. */
function replay(sandbox: Sandbox, records: Map<EntityKind, Set<number>>): void {
  sandbox.ledger.list().forEach(({ seq, kind, id: own, change }, position) => {
    expect(seq).toBe(position + 1);
    const known = records.get(kind);
    if (!known) return;
    expect([seq, kind, own, change, known.has(own)]).toEqual([seq, kind, own, change, change !== 'created']);
    if (change === 'created') known.add(own);
    if (change === 'deleted') known.delete(own);
  });
}

test.each([true, false])(
  'lists in the ledger exactly the changes of the records (atomic batches: %s)',
  async (atomicBatches) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWrite, { minLength: 3, maxLength: 14 }),
        fc.array(anyFault, { maxLength: 4 }),
        fc.nat(),
        async (writes, faults, seed) => {
          const sandbox = await startSandbox({
            quota: 0,
            customers: 8,
            switches: { atomicBatches },
            sleep: () => new Promise((resolve) => setImmediate(resolve)),
          });
          try {
            const shop = createStoreClient(sandbox);
            const records = await recordsOf(shop);
            sandbox.faults.set(
              faults.map((fault) => ({ fault, probability: 0.3 })),
              { seed },
            );
            // Half of the writes are concurrent, like those of several clients.
            const send = ({ method, path, body }: Write) => shop.send(method, path, body).catch(() => null);
            const half = Math.floor(writes.length / 2);
            for (const one of writes.slice(0, half)) await send(one);
            await Promise.all(writes.slice(half).map(send));
            await sandbox.settled();
            sandbox.faults.clear();
            addHiddenMetafields(sandbox, records);
            replay(sandbox, records);
            expect(await recordsOf(shop)).toEqual(records);
          } finally {
            await sandbox.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);

/** Adds the metafields of other apps. This client cannot list them, but the ledger has their deletion with the customer. */
function addHiddenMetafields(sandbox: Sandbox, records: Map<EntityKind, Set<number>>): void {
  const known = records.get('metafield');
  const created = new Set<number>();
  for (const { kind, id: own, change } of sandbox.ledger.list()) {
    if (kind !== 'metafield') continue;
    if (change === 'created') created.add(own);
    else if (!created.has(own)) known?.add(own);
  }
}
