import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { encodeCursor } from '../../src/resolvers/paging/cursors.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { keyWithout, shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

interface Hit {
  readonly cursor: string;
  readonly source: string;
  readonly node: { readonly entityId: number };
}

interface Answer {
  readonly edges: readonly Hit[];
  readonly nodes: readonly { readonly entityId: number }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly failures: readonly { readonly source: string; readonly code: string; readonly message: string }[];
}

const SEARCH = `query ($query: String!, $first: Int, $after: String) {
  searchCustomers(query: $query, first: $first, after: $after) {
    edges { cursor source node { entityId } }
    nodes { entityId }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    failures { source code message }
  }
}`;

let shop: Shop;
beforeEach(() => start());
afterEach(() => shop.close());

async function start(options: SandboxOptions = {}): Promise<void> {
  shop = await startGatewayOnSandbox({ customers: 3, ...options });
}

async function restart(options: SandboxOptions): Promise<void> {
  await shop.close();
  await start(options);
}

interface Person {
  readonly first_name?: string;
  readonly last_name?: string;
  readonly company?: string;
  readonly phone?: string;
}

let people = 0;

/** Adds customers and returns their ids. */
async function add(...all: readonly Person[]): Promise<readonly number[]> {
  const client = createStoreClient(shop.sandbox);
  const ids: number[] = [];
  for (const person of all) {
    people += 1;
    const body = [{ email: `person-${people}@example.org`, first_name: 'Q', last_name: 'Q', ...person }];
    ids.push((await client.send('POST', '/customers', body)).json.data[0].id);
  }
  shop.calls();
  return ids;
}

const repeat = (count: number, person: Person) => Array.from({ length: count }, () => person);

interface Variables {
  readonly query: string;
  readonly first?: number;
  readonly after?: string | null;
}

/** One page, which makes no more calls than estimated, and at most four. */
async function search(variables: Variables): Promise<Answer> {
  shop.calls();
  const response = await post(shop, { query: SEARCH, variables, extensions: { upstream: true } });
  const { data, errors, extensions } = (await response.json()) as {
    data: { searchCustomers: Answer };
    errors?: unknown;
    extensions: { upstream: { estimate: number; atMost: number } };
  };
  expect(errors).toBeUndefined();
  const made = shop.sandbox.requests.list().length;
  expect(made).toBeLessThanOrEqual(4);
  expect(made).toBeLessThanOrEqual(extensions.upstream.estimate);
  return data.searchCustomers;
}

const idsOf = ({ edges }: Pick<Answer, 'edges'>) => edges.map(({ node }) => node.entityId);
const found = ({ edges }: Answer) => edges.map(({ node, source }) => `${source} ${node.entityId}`);

/** All pages of a search, each of this size. */
async function walk(query: string, first: number): Promise<readonly Answer[]> {
  const pages: Answer[] = [];
  let after: string | null = null;
  do {
    const page: Answer = await search({ query, first, after });
    pages.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    expect(page.pageInfo.hasNextPage).toBe(after !== null);
  } while (after !== null && pages.length < 200);
  return pages;
}

async function errorOf(variables: Variables): Promise<string> {
  shop.calls();
  const { errors } = await shop.executeText(SEARCH, variables);
  expect(errors).toHaveLength(1);
  expect(shop.calls()).toEqual([]);
  return `${errors[0]?.extensions.code}: ${errors[0]?.message}`;
}

describe('a search asks only what its text can be', () => {
  const parameters = () =>
    shop
      .calls()
      .map((call) => /[?&](?:include=[^&]*&)?([a-z:]+(?:in|like))=/.exec(call)?.[1])
      .toSorted();

  test.each([
    ['ada@example.org', ['email:in']],
    ['33', ['company:in', 'id:in', 'name:like', 'phone:in']],
    ['+49 (30) 12-34', ['company:in', 'name:like', 'phone:in']],
    ['007', ['company:in', 'name:like', 'phone:in']],
    ['99999999999', ['company:in', 'name:like', 'phone:in']],
    ['Ada Lovelace', ['company:in', 'name:like']],
    ['ada@', ['company:in', 'name:like']],
    ['3M', ['company:in', 'name:like']],
    ['Åse', ['company:in', 'name:like']],
  ])('%s', async (query, filters) => {
    const page = await search({ query });
    expect(page.failures).toEqual([]);
    expect(parameters()).toEqual(filters);
  });

  test('the blanks around a text do not count', async () => {
    const [id] = await add({ company: 'Engines Ltd' });
    expect(found(await search({ query: '  Engines Ltd ' }))).toEqual([`COMPANY ${id}`]);
  });

  test('sends them side by side', async () => {
    const response = await post(shop, {
      query: SEARCH,
      variables: { query: '33' },
      extensions: { explain: true },
    });
    const { extensions } = (await response.json()) as {
      extensions: { upstream: { calls: unknown[]; estimate: number } };
    };
    expect(extensions.upstream).toMatchObject({ estimate: 4, calls: [{}, {}, {}, {}] });
  });
});

describe('a search finds', () => {
  test('a customer by each of the five', async () => {
    await restart({ customers: 12 });
    const [id = 0] = await add({
      first_name: 'Wilhelmina',
      last_name: 'Quist',
      company: 'Quist & Co',
      phone: '555-0199',
    });
    const { email } = (await shop.executeText(`{ customer(by: { entityId: ${id} }) { email } }`)).data
      .customer;
    expect(found(await search({ query: email.toUpperCase() }))).toEqual([`EMAIL ${id}`]);
    expect(found(await search({ query: String(id) }))).toEqual([`ID ${id}`]);
    expect(found(await search({ query: '555-0199' }))).toEqual([`PHONE ${id}`]);
    expect(found(await search({ query: 'Quist & Co' }))).toEqual([`COMPANY ${id}`]);
    expect(found(await search({ query: 'mina Qui' }))).toEqual([`NAME ${id}`]);
  });

  test('nothing by a part of an e-mail address, a telephone number or a company', async () => {
    await add({ company: 'Quist & Co', phone: '555-0199' });
    for (const query of ['person-', '555-01', 'Quist &']) expect(found(await search({ query }))).toEqual([]);
  });

  test('a customer whom several find once, by the first of them', async () => {
    const [id = 0] = await add({ first_name: '4711', last_name: 'X', company: '4711', phone: '4711' });
    expect(found(await search({ query: '4711' }))).toEqual([`PHONE ${id}`]);
  });

  test('more of a customer in the same calls, whatever is selected', async () => {
    const [id] = await add({ company: 'Engines Ltd' });
    const { data, errors } = await shop.executeText(
      '{ searchCustomers(query: "Engines Ltd") { nodes { entityId email formFields { name } addresses { nodes { city } } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.searchCustomers.nodes).toMatchObject([{ entityId: id, addresses: { nodes: [] } }]);
    expect(shop.calls()).toHaveLength(2);
  });
});

describe('the pages of a search', () => {
  const MIXED = [
    ...repeat(3, { phone: '12345' }),
    ...repeat(4, { company: '12345' }),
    ...repeat(3, { first_name: 'No', last_name: '12345' }),
    { phone: '12345', company: '12345' },
    { phone: '12345', last_name: '12345' },
    ...repeat(5, { company: '12345', last_name: '12345' }),
    { phone: '12345', company: '12345', last_name: '12345' },
    ...repeat(4, { last_name: '12345' }),
  ];

  test.each([
    [1, true],
    [2, true],
    [3, true],
    [5, true],
    [7, true],
    [50, true],
    [1, false],
    [2, false],
    [4, false],
    [7, false],
  ])(
    'of %i customers show each customer once, in the order of the sources (cursors: %s)',
    async (first, cursors) => {
      await restart({ switches: { cursors } });
      const ids = await add(...MIXED);
      const pages = await walk('12345', first);
      for (const { edges } of pages) expect(edges.length).toBeLessThanOrEqual(first);
      const hits = pages.flatMap(({ edges }) => edges);
      expect(hits.map(({ node }) => node.entityId).toSorted((a, b) => a - b)).toEqual(ids);
      const sourceOf = ({ phone, company }: Person) => (phone ? 'PHONE' : company ? 'COMPANY' : 'NAME');
      const expected = (source: string) => ids.filter((_id, i) => sourceOf(MIXED[i] ?? {}) === source);
      expect(hits.map(({ source, node }) => `${source} ${node.entityId}`)).toEqual(
        ['PHONE', 'COMPANY', 'NAME'].flatMap((source) => expected(source).map((id) => `${source} ${id}`)),
      );
    },
  );

  test('continue after any customer, not only after the last', async () => {
    await add(...MIXED);
    const all = (await walk('12345', 50)).flatMap(({ edges }) => edges);
    for (const [index, { cursor }] of all.entries()) {
      const next = await search({ query: '12345', first: 2, after: cursor });
      const left = all.slice(index + 1).map(({ node }) => node.entityId);
      expect(idsOf(next)).toEqual(left.slice(0, idsOf(next).length));
      expect(next.pageInfo.hasPreviousPage).toBe(true);
    }
  });

  test('a page whose customers were all shown before is empty, and the next one continues', async () => {
    await add(...repeat(6, { company: 'Quist', last_name: 'Quist' }), ...repeat(2, { last_name: 'Quist' }));
    const pages = await walk('Quist', 3);
    expect(pages.flatMap(idsOf)).toHaveLength(8);
    expect(pages.some(({ edges }) => edges.length === 0)).toBe(true);
  });

  test('ask the store about customers in doubt only', async () => {
    await add(...repeat(2, { company: 'Quist' }), ...repeat(4, { last_name: 'Quist' }));
    const first = await search({ query: 'Quist', first: 3 });
    shop.calls();
    await search({ query: 'Quist', first: 3, after: first.pageInfo.endCursor });
    expect(shop.calls()).toHaveLength(1);
  });

  test('show a customer whom the store does not take for a match of an earlier source', async () => {
    const [, alike] = await add({ company: 'Quist' }, { company: 'QUIST.', last_name: 'Quist' });
    const [one] = await walk('Quist', 1);
    const two = await search({ query: 'Quist', first: 1, after: one?.pageInfo.endCursor ?? null });
    expect(found(two)).toEqual([`NAME ${alike}`]);
  });

  test('nodes and cursors are those of the edges', async () => {
    await add(...MIXED);
    const { edges, nodes, pageInfo } = await search({ query: '12345', first: 4 });
    expect(nodes).toEqual(edges.map(({ node }) => node));
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor,
      endCursor: edges.at(-1)?.cursor,
    });
  });

  test('first: 0 costs nothing', async () => {
    expect((await search({ query: '12345', first: 0 })).edges).toEqual([]);
    expect(shop.calls()).toEqual([]);
  });
});

describe('a source that fails', () => {
  const failing = (...calls: number[]) => ({
    operations: ['getCustomers'],
    calls,
    fault: { kind: 'status' as const, status: 503 },
  });

  test('is named, and the others answer', async () => {
    const [id] = await add({ company: '12345', last_name: '12345', phone: '12345' });
    shop.sandbox.faults.set([failing(1)]);
    const { failures, edges } = await search({ query: '12345' });
    expect(failures).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', message: expect.stringMatching(/\.$/) }]);
    expect(edges.map(({ node }) => node.entityId)).toEqual([id]);
  });

  test('is the telephone number in a store that has no such filter', async () => {
    const [id] = await add({ company: '12345', phone: '12345' });
    await search({ query: '12345' });
    const call = shop.calls().findIndex((each) => each.includes('phone:in')) + 1;
    const title = 'The filter(s): phone:in are not valid filter parameter(s).';
    const fault = { kind: 'status' as const, status: 422, title };
    shop.sandbox.faults.set([{ operations: ['getCustomers'], calls: [call], fault }]);
    const { failures, edges } = await search({ query: '12345' });
    expect(failures).toMatchObject([{ source: 'PHONE', code: 'UPSTREAM_REJECTED' }]);
    expect(edges).toMatchObject([{ source: 'COMPANY', node: { entityId: id } }]);
  });

  test('does not hide its customers from the pages of later sources', async () => {
    const ids = await add(...repeat(4, { company: 'Quist', last_name: 'Quist' }));
    // The company is asked first.
    shop.sandbox.faults.set([failing(1)]);
    const first = await search({ query: 'Quist', first: 2 });
    shop.sandbox.faults.clear();
    expect(first.failures.map(({ source }) => source)).toEqual(['COMPANY']);
    const second = await search({ query: 'Quist', first: 2, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  });

  test('makes the field an error if it is the only one', async () => {
    shop.sandbox.faults.set([failing(1, 2)]);
    for (const query of ['ada@example.org', 'Quist']) {
      shop.sandbox.faults.set([failing(1, 2)]);
      const { data, errors } = await shop.executeText(SEARCH, { query });
      expect(data).toEqual({ searchCustomers: null });
      expect(errors).toMatchObject([
        { path: ['searchCustomers'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
      ]);
    }
  });

  test('never makes a customer come again if the store cannot tell who was shown', async () => {
    const ids = await add(...repeat(3, { company: 'Quist', last_name: 'Quist' }), { last_name: 'Quist' });
    const first = await search({ query: 'Quist', first: 3 });
    expect(idsOf(first)).toEqual(ids.slice(0, 3));
    // The third call is the check.
    shop.sandbox.faults.set([failing(3)]);
    const second = await search({ query: 'Quist', first: 10, after: first.edges[2]?.cursor ?? null });
    expect(second.failures.map(({ source }) => source)).toEqual(['COMPANY']);
    expect(idsOf(second)).toEqual(ids.slice(3));
  });
});

describe('a search is refused', () => {
  test.each([
    [{ query: 'a' }, 'BAD_USER_INPUT: query: must have at least 2 characters.'],
    [{ query: '  a  ' }, 'BAD_USER_INPUT: query: must have at least 2 characters.'],
    [{ query: '😀' }, 'BAD_USER_INPUT: query: must have at least 2 characters.'],
    [{ query: '' }, 'BAD_USER_INPUT: query: must have at least 2 characters.'],
    [{ query: '0' }, 'BAD_USER_INPUT: query: must have at least 2 characters.'],
    [
      { query: ' 7 ' },
      'BAD_USER_INPUT: query: must have at least 2 characters. A customer whose id has one digit is found by `customer(by: { entityId })`.',
    ],
    [
      { query: 'Quist, Ada' },
      "BAD_USER_INPUT: query: contains a comma, which the store's filters do not support.",
    ],
    [{ query: 'x'.repeat(256) }, 'BAD_USER_INPUT: query: is longer than 255 characters.'],
    [{ query: '字'.repeat(100) }, 'BAD_USER_INPUT: query: is too long for a URL of the store.'],
    [{ query: 'a\ud800' }, 'BAD_USER_INPUT: query: contains text that is not valid Unicode.'],
    [{ query: 'Quist', first: 51 }, 'BAD_USER_INPUT: first: must be between 0 and 50.'],
    [{ query: 'Quist', first: -1 }, 'BAD_USER_INPUT: first: must be between 0 and 50.'],
  ])('with %j', async (variables, message) => {
    expect(await errorOf(variables)).toBe(message);
  });

  test('with a cursor of another search, of another list, or of nothing', async () => {
    await add(...repeat(3, { company: '12345' }));
    const [hit] = (await search({ query: '12345', first: 1 })).edges;
    const list = await shop.executeText('{ customers(first: 1) { edges { cursor } } }');
    const made = Buffer.from(JSON.stringify(['PHONE', 'x', []])).toString('base64url');
    const inMemory = { kind: 'memory', entityId: 1, value: null, around: null } as const;
    const ofOtherKind = Buffer.from(
      JSON.stringify(['COMPANY', encodeCursor('sandbox searchCustomers COMPANY Quist', inMemory), []]),
    ).toString('base64url');
    shop.calls();
    const cursors = [hit?.cursor, list.data.customers.edges[0].cursor, made, ofOtherKind, '', '[]'];
    for (const after of cursors)
      for (const first of [20, 0])
        expect(await errorOf({ query: 'Quist', first, after })).toMatch(
          /^BAD_USER_INPUT: after: is not a cursor of this list/,
        );
    // No source is asked, not even one that would answer after the refusal.
    await new Promise((resolve) => setImmediate(resolve));
    expect(shop.calls()).toEqual([]);
  });

  test('to shoppers and to keys that may not read customers, without a call', async () => {
    for (const caller of [shopper(1), keyWithout('customers:read')]) {
      const { errors } = await shop.as(caller).executeText(SEARCH, { query: 'Quist' });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    expect(shop.calls()).toEqual([]);
    expect((await shop.as(ANONYMOUS).executeText(SEARCH, { query: 'Quist' })).errors).toEqual([]);
  });
});
