import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { fc } from '../support/property-tests.ts';
import { createStoreClient, idsOf, type Json, type StoreClient } from './support/store-client.ts';

let sandbox: Sandbox;
let shop: StoreClient;
let customers: readonly Json[];
let addresses: readonly Json[];

beforeAll(async () => {
  sandbox = await startSandbox({ quota: 0, customers: 240, seed: 5, switches: { cursorWithSort: true } });
  shop = createStoreClient(sandbox);
  customers = (await shop.get('/customers?limit=250')).json.data;
  addresses = await everyPage('/customers/addresses?limit=250');
});

afterAll(() => sandbox.close());

async function everyPage(path: string): Promise<Json[]> {
  const all: Json[] = [];
  for (let page = 1; ; page += 1) {
    const { json } = await shop.get(`${path}&page=${page}`);
    all.push(...json.data);
    if (page >= json.meta.pagination.total_pages) return all;
  }
}

/** Reads all pages by cursor, from one end until a page is not full. */
async function everyCursor(path: string, limit: number, direction: 'after' | 'before'): Promise<Json[]> {
  const pages: Json[][] = [];
  let from = '';
  if (direction === 'before') {
    const last = await everyPage(path);
    const { json } = await shop.get(`${path}&page=1`);
    if (last.length === 0 || !json.meta.cursor_pagination) return last;
    // Backwards: the last record comes from its page, the others from the pages before it.
    const end = await shop.get(`${path.replace(/limit=\d+/, 'limit=1')}&page=1`);
    pages.push(last.slice(-1));
    from = cursorOf(end.json.meta.cursor_pagination.start_cursor, last.at(-1));
  }
  for (;;) {
    const { json } = await shop.get(`${path}${from ? `&${direction}=${encodeURIComponent(from)}` : ''}`);
    pages.push(json.data);
    const block = json.meta.cursor_pagination;
    if (block.count < limit) break;
    from = direction === 'after' ? block.end_cursor : block.start_cursor;
  }
  return (direction === 'after' ? pages : pages.reverse()).flat();
}

/** A cursor for another record, in the format of a cursor from the store. */
function cursorOf(sample: string, record: Json): string {
  const key = JSON.parse(Buffer.from(sample, 'base64').toString());
  const seconds = (value: unknown) =>
    typeof value === 'string' && /Z$/.test(value) ? Date.parse(value) / 1000 : value;
  const other = Object.fromEntries(Object.keys(key).map((name) => [name, seconds(record[name])]));
  return Buffer.from(JSON.stringify(other)).toString('base64');
}

const sorts = [
  '',
  'date_created:asc',
  'date_created:desc',
  'last_name:asc',
  'last_name:desc',
  'date_modified:asc',
];

test('returns every record exactly once, by page number and by cursor, in both directions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 9, max: 250 }),
      fc.constantFrom(...sorts),
      fc.constantFrom('', 'customer_group_id:in=0', 'name:like=a', 'id:in=1,2,3'),
      async (limit, sort, filter) => {
        const path = `/customers?limit=${limit}${sort && `&sort=${sort}`}${filter && `&${filter}`}`;
        const byNumber = (await everyPage(path)).map(({ id }) => id);
        expect(new Set(byNumber).size).toBe(byNumber.length);
        for (const direction of ['after', 'before'] as const) {
          expect((await everyCursor(path, limit, direction)).map(({ id }) => id)).toEqual(byNumber);
        }
        if (filter === '') expect([...byNumber].sort((a, b) => a - b)).toEqual(customers.map(({ id }) => id));
      },
    ),
    { numRuns: 25 },
  );
});

// SQLite and the platform are case-insensitive for ASCII letters only.
const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const encoded = (values: readonly unknown[]) =>
  values.map((value) => encodeURIComponent(String(value))).join(',');
const withoutComma = (values: readonly string[]) =>
  [...new Set(values)].filter((value) => !value.includes(','));
const fullName = ({ first_name, last_name }: Json) => `${first_name} ${last_name}`;
const seconds = (text: string) => Date.parse(text) / 1000;

interface Filtered {
  readonly query: string;
  readonly keeps: (record: Json) => boolean;
}

function someOf(
  name: string,
  known: readonly unknown[],
  read: (record: Json) => unknown,
): fc.Arbitrary<Filtered> {
  const values = [...new Set(known)];
  return fc.subarray(values, { minLength: 1, maxLength: Math.min(40, values.length) }).map((chosen) => ({
    query: `${name}=${encoded(chosen)}`,
    keeps: (record) => chosen.map(String).includes(String(read(record))),
  }));
}

function bound(name: 'date_created' | 'date_modified'): fc.Arbitrary<Filtered> {
  return fc
    .record({ at: fc.nat(customers.length - 1), side: fc.constantFrom(':min', ':max', '') })
    .map(({ at, side }) => {
      const timestamp = customers[at][name];
      const keeps = (record: Json) => {
        if (side === ':min') return seconds(record[name]) >= seconds(timestamp);
        return side === ':max' ? seconds(record[name]) <= seconds(timestamp) : record[name] === timestamp;
      };
      return { query: `${name}${side}=${timestamp}`, keeps };
    });
}

function customerFilters(): fc.Arbitrary<Filtered>[] {
  const ids = customers.map(({ id }) => id);
  const pieces = withoutComma(customers.map(fullName)).map((name) => [...name].slice(2, 6).join('').trim());
  return [
    someOf('id:in', [...ids, 9999], ({ id }) => id),
    someOf(
      'company:in',
      withoutComma([...customers.map(({ company }) => company), 'Nowhere']),
      ({ company }) => company,
    ),
    someOf('customer_group_id:in', [0, 1, 2, 3], ({ customer_group_id: group }) => group),
    someOf('name:in', withoutComma(customers.map(fullName)), fullName),
    someOf(
      'registration_ip_address:in',
      customers.map((each) => each.registration_ip_address),
      (each) => each.registration_ip_address,
    ),
    someOf('phone:in', withoutComma(customers.map(({ phone }) => phone)), ({ phone }) => phone),
    fc
      .subarray(
        customers.map(({ email }) => email.toUpperCase()),
        { minLength: 1, maxLength: 20 },
      )
      .map((chosen) => ({
        query: `email:in=${encoded(chosen)}`,
        keeps: ({ email }) => chosen.includes(email.toUpperCase()),
      })),
    fc.subarray(pieces, { minLength: 1, maxLength: 3 }).map((chosen) => ({
      query: `name:like=${encoded(chosen)}`,
      keeps: (record) => chosen.some((piece) => folded(fullName(record)).includes(folded(piece))),
    })),
    bound('date_created'),
    bound('date_modified'),
  ];
}

test('filters customers like the same filters in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...customerFilters().map((filter) => fc.option(filter, { freq: 1 }))),
      async (drawn) => {
        const filters = drawn.filter((filter) => filter !== null).slice(0, 3);
        // Only the first value of a repeated parameter counts, so each parameter occurs once.
        const own = filters.filter(({ query }, position) => {
          const name = query.split('=')[0];
          return filters.findIndex((other) => other.query.split('=')[0] === name) === position;
        });
        const reply = await shop.get(
          `/customers?limit=250&${own.map(({ query }) => query).join('&') || 'page=1'}`,
        );
        const kept = customers.filter((customer) => own.every(({ keeps }) => keeps(customer)));
        expect(idsOf(reply)).toEqual(kept.map(({ id }) => id));
        expect(reply.json.meta.pagination.total).toBe(kept.length);
      },
    ),
    { numRuns: 120 },
  );
});

test('filters addresses like the same filters in memory', async () => {
  const names = withoutComma(addresses.map(fullName));
  const filters = [
    someOf(
      'id:in',
      addresses.map(({ id }) => id),
      ({ id }) => id,
    ),
    someOf(
      'customer_id:in',
      [...addresses.map((each) => each.customer_id), 9999],
      (each) => each.customer_id,
    ),
    someOf('company:in', withoutComma(addresses.map(({ company }) => company)), ({ company }) => company),
    someOf('name:in', names, fullName),
  ];
  await fc.assert(
    fc.asyncProperty(fc.tuple(...filters.map((filter) => fc.option(filter, { freq: 2 }))), async (drawn) => {
      const own = drawn.filter((filter) => filter !== null);
      const found = await everyPage(
        `/customers/addresses?limit=250&${own.map(({ query }) => query).join('&') || 'limit=250'}`,
      );
      const kept = addresses.filter((address) => own.every(({ keeps }) => keeps(address)));
      expect(found.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
    }),
    { numRuns: 60 },
  );
});
