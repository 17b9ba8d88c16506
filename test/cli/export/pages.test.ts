import { describe, expect, test } from 'vitest';
import { createPages } from '../../../src/cli/export/pages.ts';
import type { Part } from '../../../src/cli/export/parts.ts';
import { type Client, GatewayFailure } from '../../../src/client/index.ts';

interface Request {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const upstreamOf = (requests: number) => ({
  ...{ requests, estimate: null },
  quota: { limit: 150, remaining: 150 - requests, resetMs: 30_000 },
});

/** A client whose answers, or failures, come in this order. */
function pagesOf(parts: readonly Part[], answers: readonly unknown[]) {
  const requests: Request[] = [];
  const slept: number[] = [];
  const client = {
    async requestPartial(document: string, variables: Request['variables']) {
      const answer = answers[requests.length];
      requests.push({ document, variables });
      if (answer instanceof Error) throw answer;
      return { data: answer, errors: [], upstream: upstreamOf(requests.length) };
    },
  };
  const pages = createPages(
    client as unknown as Client,
    { format: 'jsonl', parts, filter: {}, addressColumns: 5 },
    { size: 2, clock: { sleep: async (ms) => void slept.push(ms) } },
  );
  return { pages, requests, slept };
}

const list = (names: readonly string[], endCursor: string | null) => ({
  nodes: names.map((address1) => ({ address1 })),
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});
const page = (nodes: readonly object[], endCursor: string | null = null) => ({
  customers: { totalCount: 3, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } },
});

test('a list that is longer than a page is read to its end', async () => {
  const { pages, requests } = pagesOf(
    ['addresses'],
    [
      page([
        { entityId: 1, addresses: list(['a'], 'A') },
        { entityId: 2, addresses: list(['x'], null) },
      ]),
      { customer: { addresses: list(['b'], 'B') } },
      { customer: { addresses: list(['c'], null) } },
    ],
  );
  const { customers, calls, upstream } = await pages.read(null);
  expect([calls, upstream]).toEqual([1 + 2 + 3, upstreamOf(3)]);
  expect(customers.map(({ addresses }) => addresses?.nodes.map(({ address1 }) => address1))).toEqual([
    ['a', 'b', 'c'],
    ['x'],
  ]);
  expect(requests.slice(1).map(({ variables }) => variables)).toEqual([
    { by: { entityId: 1 }, after: 'A' },
    { by: { entityId: 1 }, after: 'B' },
  ]);
});

test('a customer who is deleted meanwhile has the part of the list that was read', async () => {
  const { pages } = pagesOf(
    ['addresses'],
    [page([{ entityId: 1, addresses: list(['a'], 'A') }]), { customer: null }],
  );
  const { customers } = await pages.read(null);
  expect(customers[0]?.addresses?.nodes).toHaveLength(1);
});

test('the total is asked for with the first page alone', async () => {
  const { pages, requests } = pagesOf([], [page([{ entityId: 1 }], 'A'), page([{ entityId: 2 }])]);
  expect(await pages.read(null)).toMatchObject({ total: 3, next: 'A' });
  expect(await pages.read('A')).toMatchObject({ next: null });
  expect(requests.map(({ variables }) => variables.withTotal)).toEqual([true, false]);
});

describe('a page of which a part failed', () => {
  const partial = (code: 'UPSTREAM_RATE_LIMITED' | 'FORBIDDEN', retryAfterMs: number | null) =>
    new GatewayFailure(code, 'A field failed.', {
      data: page([]),
      errors: [{ message: 'A field failed.', extensions: { code } }],
      status: 200,
      retryAfterMs,
    });

  test('is read again if the failure can pass', async () => {
    const failure = partial('UPSTREAM_RATE_LIMITED', 700);
    const later = partial('UPSTREAM_RATE_LIMITED', null);
    const { pages, slept } = pagesOf([], [failure, later, page([{ entityId: 1 }])]);
    expect((await pages.read(null)).customers).toHaveLength(1);
    expect(slept).toEqual([700, 2_000]);
  });

  test('is never written if it cannot', async () => {
    const { pages, slept } = pagesOf(['consent'], [partial('FORBIDDEN', null)]);
    await expect(pages.read(null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(slept).toEqual([]);
  });

  test('is given up after six attempts', async () => {
    const { pages, requests } = pagesOf([], Array(10).fill(partial('UPSTREAM_RATE_LIMITED', 1)));
    await expect(pages.read(null)).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    expect(requests).toHaveLength(6);
  });
});

test.each([null, 'A'])('a next page with the cursor %j of this one ends the export', async (endCursor) => {
  const { pages } = pagesOf(
    [],
    [{ customers: { nodes: [{ entityId: 1 }], pageInfo: { hasNextPage: true, endCursor } } }],
  );
  await expect(pages.read('A')).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
});
