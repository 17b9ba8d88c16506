import type { Requester, RestCall } from '../../../src/rest/client/call.ts';
import { createCallLog } from '../../../src/rest/client/call-log.ts';
import type { CallPath } from '../../../src/rest/client/call-path.ts';
import { idField } from '../../../src/rest/lookups.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import { addressKey, customerKey, MAX_LATENCY_MS, type ModelStore } from './model-store.ts';
import type { ReadAnswer } from './promises.ts';
import { pickId } from './random-write.ts';
import type { EntityKey } from './truth.ts';

/** Makes a random read. Null if it failed. @param maxAgeMs the age that it asks for; null does not ask */
export type Reader = (
  random: Random,
  model: ModelStore,
  maxAgeMs: number | null,
) => Promise<ReadAnswer | null>;

export function requester(maxAgeMs: number | null = null): Requester & { readonly signal: AbortSignal } {
  return {
    origin: { caller: 'test', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY },
    callLog: createCallLog(),
    signal: new AbortController().signal,
    ...(maxAgeMs !== null && { freshness: { maxAgeMs } }),
  };
}

type Values = ReadAnswer['values'];
type Wire = Readonly<Record<string, unknown>>;

/** A read, and what its answer shows. */
interface RandomRead {
  readonly call: Omit<RestCall, 'requester' | 'method'>;
  readonly valuesOf: (records: readonly Wire[]) => Values;
}

/** @param now Unix milliseconds */
export function createReader({ read }: CallPath, now: () => number): Reader {
  return async (random, model, maxAgeMs) => {
    const startedAt = now();
    const asked = requester(maxAgeMs);
    const { call, valuesOf } = randomRead(random, model);
    let body: { readonly data: readonly Wire[] };
    try {
      body = (await read({ ...call, method: 'GET', requester: asked })) as typeof body;
    } catch {
      return null;
    }
    const { cachedReads, cached } = asked.callLog;
    const readAt = cachedReads.length === 0 ? null : Math.min(...cachedReads.map((each) => each.readAt));
    const isHit = cached > 0;
    // A read can join one that began before it.
    const since = isHit ? Number.POSITIVE_INFINITY : startedAt - MAX_LATENCY_MS;
    return { values: valuesOf(body.data), since: Math.min(since, readAt ?? since), readAt, isHit };
  };
}

function randomRead(random: Random, model: ModelStore): RandomRead {
  const { customerIds, addressIds, truth } = model;
  const customers = [...customerIds(), Math.max(0, ...customerIds()) + 1];
  const some = (ids: readonly number[]) => [
    ...new Set(Array.from({ length: random.integer(1, 4) }, () => pickId(random, ids))),
  ];
  const dice = random.next();
  if (dice < 0.5) {
    const ids = some(customers);
    const withAddresses = random.boolean(0.5);
    return {
      call: {
        ...{ operation: 'getCustomers', path: '/customers', parameters: [], allPages: true },
        include: withAddresses ? ['addresses'] : [],
        keys: { name: 'id:in', values: ids, keyOf: idField('id'), mergeable: true },
      },
      valuesOf: (records) => [
        ...customerValues(records, ids.map(customerKey)),
        ...(withAddresses ? records.flatMap((record) => addressValues(record.addresses as Wire[], [])) : []),
      ],
    };
  }
  if (dice < 0.7) {
    const ids = some(customers);
    return {
      call: {
        ...{
          operation: 'getCustomersAddresses',
          path: '/customers/addresses',
          parameters: [],
          allPages: true,
        },
        keys: { name: 'customer_id:in', values: ids, keyOf: idField('customer_id'), mergeable: true },
      },
      valuesOf: (records) => addressValues(records, []),
    };
  }
  if (dice < 0.85) {
    const ids = some([...addressIds(), Math.max(0, ...addressIds()) + 1]);
    return {
      call: {
        ...{
          operation: 'getCustomersAddresses',
          path: '/customers/addresses',
          parameters: [],
          allPages: true,
        },
        keys: { name: 'id:in', values: ids, keyOf: idField('id'), mergeable: true },
      },
      valuesOf: (records) => addressValues(records, ids.map(addressKey)),
    };
  }
  const isOfCustomers = random.boolean(0.5);
  const path = isOfCustomers ? '/customers' : '/customers/addresses';
  const operation = isOfCustomers ? 'getCustomers' : 'getCustomersAddresses';
  return {
    call: { operation, path, parameters: [['limit', '250']] },
    // A list shows also which records do not exist.
    valuesOf(records) {
      const known = [...truth.keys()].filter((key) => key.startsWith(isOfCustomers ? 'customer' : 'address'));
      return (isOfCustomers ? customerValues : addressValues)(records, known);
    },
  };
}

const customerValues = valuesBy((record) => [customerKey(Number(record.id)), String(record.first_name)]);
const addressValues = valuesBy((record) => [addressKey(Number(record.id)), String(record.city)]);

/** The values of records, and null for each of the keys that no record has. */
function valuesBy(toValue: (record: Wire) => readonly [EntityKey, string]) {
  return (records: readonly Wire[], keys: readonly EntityKey[]): Values => {
    const shown = new Map(records.map(toValue));
    return [...shown, ...keys.filter((key) => !shown.has(key)).map((key) => [key, null] as const)];
  };
}
