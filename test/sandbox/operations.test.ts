import { afterAll, describe, expect, test } from 'vitest';
import { defaultLimits } from '../../src/sandbox/limits.ts';
import { operations } from '../../src/sandbox/routes.ts';
import { addressCases } from './operations/addresses.ts';
import { attributeCases } from './operations/attributes.ts';
import type { Case } from './operations/case.ts';
import { customerCases } from './operations/customers.ts';
import { metafieldCases } from './operations/metafields.ts';
import { otherResourceCases } from './operations/other-resources.ts';
import { requirements } from './operations/requirements.ts';
import { startTestSandbox } from './support/store-client.ts';

const special = {
  ...customerCases,
  ...addressCases,
  ...attributeCases,
  ...otherResourceCases,
  ...metafieldCases,
};
const passed = new Map<string, Set<string>>();

describe.each(operations.map((operation) => ({ ...operation, name: operation.operationId })))(
  '$name',
  (operation) => {
    const path = operation.path.replace(/:\w+\([^)]*\)/g, '1');
    const body = operation.method === 'POST' || operation.method === 'PUT' ? [] : undefined;

    // Every operation has the same three checks before it handles a request.
    const common: Case[] = [
      {
        requirement: '401',
        title: 'rejects an unknown token',
        async run({ send }) {
          expect((await send(operation.method, path, body, { 'X-Auth-Token': 'unknown' })).status).toBe(401);
        },
      },
      {
        requirement: '403',
        title: 'rejects a token without the scope',
        options: { tokens: { scopeless: { clientId: 'scopeless', scopes: [] } } },
        async run({ send }) {
          expect((await send(operation.method, path, body, { 'X-Auth-Token': 'scopeless' })).status).toBe(
            403,
          );
          if (operation.access !== 'modify') return;
          const readOnly = await startTestSandbox({ customers: 1 });
          const refused = await readOnly.send(operation.method, path, body, {
            'X-Auth-Token': 'sandbox-read-only',
          });
          expect([refused.status, refused.json.errors]).toEqual([403, {}]);
        },
      },
      {
        requirement: '429',
        title: 'rejects a request beyond the quota',
        options: { quota: 1 },
        async run({ get, send }) {
          await get('/customers?limit=1');
          const refused = await send(operation.method, path, body);
          expect([refused.status, refused.headers.get('x-rate-limit-requests-left')]).toEqual([429, '0']);
        },
      },
    ];

    const limits = [...limitsOf(operation.operationId, operation.method, path)];
    for (const { requirement, title, options, run } of [
      ...common,
      ...limits,
      ...(special[operation.operationId] ?? []),
    ]) {
      test(`${requirement}: ${title}`, async () => {
        await run(await startTestSandbox({ customers: 40, ...options }));
        const cells = passed.get(operation.operationId) ?? new Set();
        passed.set(operation.operationId, cells.add(requirement));
      });
    }
  },
);

/** Limits of many operations: page size and concurrency. */
function* limitsOf(operationId: string, method: string, path: string): Generator<Case> {
  const cells = requirements[operationId] ?? [];
  if (cells.includes('limit: page of 250')) {
    yield {
      requirement: 'limit: page of 250',
      title: 'responds 413 to a longer page',
      async run({ get }) {
        expect([(await get(`${path}?limit=250`)).status, (await get(`${path}?limit=251`)).status]).toEqual([
          200, 413,
        ]);
      },
    };
  }
  const cap = defaultLimits.concurrency[operationId];
  if (cap === undefined) return;
  const gate = Promise.withResolvers<void>();
  yield {
    requirement: 'limit: concurrency',
    title: `responds 429 without rate-limit headers to more than ${cap} concurrent calls`,
    options: { quota: 100, latencyMs: 1, sleep: () => gate.promise },
    async run({ sandbox, send }) {
      const calls = Array.from({ length: cap + 2 }, () => send(method, path, []));
      while (sandbox.requests.list().length < calls.length) await new Promise((done) => setImmediate(done));
      gate.resolve();
      const refused = (await Promise.all(calls)).filter(({ status }) => status === 429);
      expect(refused).toHaveLength(2);
      expect(refused.map(({ headers }) => headers.get('x-rate-limit-requests-left'))).toEqual([null, null]);
      expect(sandbox.concurrency.peak()).toMatchObject({ [operationId]: cap + 2 });
    },
  };
}

afterAll(() => {
  const rows = operations.map(({ operationId }) => {
    const cells = [...(passed.get(operationId) ?? [])].sort();
    return `| ${operationId} | ${cells.filter((cell) => !cell.includes(':')).join(' ')} | ${cells.filter((cell) => cell.includes(':')).join('; ')} |`;
  });
  console.log(
    ['| operation | success and statuses | limits and quirks |', '| --- | --- | --- |', ...rows].join('\n'),
  );
});

test('has a passing test for every required case of every operation', () => {
  const empty = Object.entries(requirements).flatMap(([operationId, cells]) =>
    cells.filter((cell) => !passed.get(operationId)?.has(cell)).map((cell) => `${operationId}: ${cell}`),
  );
  expect(empty).toEqual([]);
  expect(Object.keys(requirements).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});
