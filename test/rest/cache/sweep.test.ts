import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createKnownChanges } from '../../../src/rest/cache/known-changes.ts';
import { createMemoryStore } from '../../../src/rest/cache/memory-store.ts';
import { createSweep } from '../../../src/rest/cache/sweep.ts';
import { customerTag } from '../../../src/rest/cache/tags.ts';
import type { Call } from '../../../src/rest/client/http.ts';

const START = Date.UTC(2026, 0, 1);
/** The store's clock is 30 s ahead of ours. */
const OFFSET_MS = 30_000;

let now: number;
let calls: string[];
let records: Record<string, object[]>;
let failing: string | null;
let purged: (readonly string[])[];

function setUp() {
  const store = createMemoryStore({ maxBytes: 1_000_000, keepMs: 3_600_000, now: () => now });
  const known = createKnownChanges({ store, now: () => now });
  store.onInvalidation((tags) => purged.push(tags));
  const sweep = createSweep({
    async send({ path, query }: Call) {
      calls.push(`${path}?${query}`);
      if (path === failing) throw new GatewayError('UPSTREAM_FORBIDDEN', 'no');
      const data = records[path] ?? [];
      return { data, meta: { pagination: { total: data.length, current_page: 1, total_pages: 1 } } };
    },
    store,
    known,
    now: () => now,
    storeNow: () => now + OFFSET_MS,
  });
  return { store, sweep };
}

/** A date as the store gives it, this many milliseconds after the start by our clock. */
const date = (ms: number) => `${new Date(START + ms + OFFSET_MS).toISOString().slice(0, 19)}Z`;

beforeEach(() => {
  now = START;
  calls = [];
  records = {};
  failing = null;
  purged = [];
});

describe('a search for changes', () => {
  it("asks for what changed since the last one by the store's clock, with an overlap", async () => {
    const { sweep } = setUp();
    now += 300_000;
    await sweep();
    expect(calls).toEqual([
      '/customers?date_modified:min=2025-12-31T23:58:30Z&limit=250',
      '/customers/attribute-values?date_modified:min=2025-12-31T23:58:30Z&limit=250',
      '/customers/metafields?date_modified:min=2025-12-31T23:58:30Z&limit=250',
    ]);
    calls = [];
    await sweep();
    expect(calls[0]).toBe('/customers?date_modified:min=2026-01-01T00:03:30Z&limit=250');
  });

  it('makes what changed unusable, once', async () => {
    const { sweep } = setUp();
    now += 300_000;
    records = {
      '/customers': [{ id: 5, date_modified: date(200_000) }],
      '/customers/attribute-values': [{ id: 1, customer_id: 6, date_modified: date(299_000) }],
    };
    expect(await sweep()).toMatchObject({ changed: 2, failed: [] });
    expect(purged).toHaveLength(1);
    expect(purged[0]).toEqual(expect.arrayContaining([customerTag(5), customerTag(6), 'list/customers']));
    now += 60_000;
    await sweep();
    expect(purged).toHaveLength(1);
  });

  it('leaves alone what was announced after the change', async () => {
    const { store, sweep } = setUp();
    now += 290_000;
    await store.invalidate([customerTag(5)]);
    purged = [];
    now += 10_000;
    records = { '/customers': [{ id: 5, date_modified: date(288_000) }] };
    expect(await sweep()).toMatchObject({ changed: 1, missedAt: null });
    expect(purged).toEqual([]);
  });

  it('reports a change that no event has announced within a minute, once', async () => {
    const { sweep } = setUp();
    now += 300_000;
    records = { '/customers': [{ id: 5, date_modified: date(270_000) }] };
    expect((await sweep()).missedAt).toBeNull();
    now += 60_000;
    expect((await sweep()).missedAt).toBe(START + 270_000);
    now += 60_000;
    expect((await sweep()).missedAt).toBeNull();
  });

  it('expects no event for an attribute value', async () => {
    const { sweep } = setUp();
    now += 300_000;
    records = { '/customers/attribute-values': [{ id: 1, customer_id: 6, date_modified: date(100_000) }] };
    expect((await sweep()).missedAt).toBeNull();
  });

  it('searches again for what it could not read', async () => {
    const { sweep } = setUp();
    now += 300_000;
    failing = '/customers/metafields';
    expect((await sweep()).failed).toEqual(['getallCustomersMetafields']);
    calls = [];
    now += 300_000;
    await sweep();
    expect(calls[0]).toBe('/customers?date_modified:min=2025-12-31T23:58:30Z&limit=250');
  });

  it('makes everything unusable if there are too many changes', async () => {
    const store = createMemoryStore({ maxBytes: 1_000_000, keepMs: 3_600_000, now: () => now });
    store.onInvalidation((tags) => purged.push(tags));
    let pages = 0;
    const sweep = createSweep({
      async send() {
        pages += 1;
        return { data: [{ id: pages, date_modified: date(100) }] };
      },
      store,
      known: createKnownChanges({ store, now: () => now }),
      now: () => now,
      storeNow: () => now,
    });
    await sweep();
    expect(pages).toBe(30);
    expect(purged[0]).toContain('customer/*');
  });
});
