import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import { schema } from '../../../src/schema/index.ts';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { shopper } from '../../support/callers.ts';
import { configFrom, startGatewayOnSandbox } from '../../support/gateway.ts';
import { readParts, readRest } from '../../support/incremental-response.ts';
import { MUTATION_CASES } from '../../support/mutation-cases.ts';
import { type GraphQLRequest, post } from '../../support/post.ts';
import type { RandomInteger } from '../../support/print-operation.ts';
import { fc } from '../../support/property-tests.ts';
import { generateOperation, type RandomOperation } from '../../support/random-operation.ts';
import { contentsOf } from './support/contents.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

// No limit: the estimate must hold for operations of any depth.
const { limits } = configFrom().guards;
const guards = { limits: { ...limits, depth: 100, recursion: 100, nodes: 1_000_000 } };
const maxCalls = 100_000;
/** Operations per case. `PROPERTY_SEED=random RUNS=200 npm test -- test/server/cost/random-bounds` searches longer. */
const RUNS = Number(process.env.RUNS ?? 10);

/** Estimates an operation, runs it, and counts its calls at the store. */
async function measure(gateway: Running, caller: Caller, { query, variables }: RandomOperation) {
  expect(validate(schema, parse(query))).toEqual([]);
  const asked = await post(gateway, { query, variables, extensions: { explain: 'only' } }, JSON_TYPE, caller);
  const { estimate, atMost } = ((await asked.json()) as Json).extensions.upstream;
  gateway.sandbox.requests.clear();
  const response = await run(gateway, caller, { query, variables });
  await gateway.app.settled();
  const made = gateway.sandbox.requests
    .list()
    .map(({ method, path, query: filter }) => `${method} ${path}?${filter}`);
  return { estimate, atMost, made, response };
}

const JSON_TYPE = 'application/json';

/** Runs an operation to the end of its response. Returns all parts of it as JSON. */
async function run(gateway: Running, caller: Caller, request: GraphQLRequest): Promise<string> {
  const response = await post(gateway, request, `multipart/mixed, ${JSON_TYPE}`, caller);
  const isIncremental = response.headers.get('content-type')?.startsWith('multipart/mixed');
  return isIncremental ? JSON.stringify(await readRest(readParts(response))) : response.text();
}

/** The outcomes of items that were not written. */
const FAILED = /"(FAILED|UNKNOWN|NOT_ATTEMPTED)"/;

/** Up to two mutations of up to 25 items each. Of the items this many percent are invalid, or taken e-mail addresses. */
async function drawMutations(
  gateway: Running,
  draw: RandomInteger,
  takenEmails: readonly string[],
  invalidPercent: number,
) {
  const store = createStoreClient(gateway.sandbox);
  const mutations = [];
  for (let count = 0; count <= draw(2); count += 1) {
    const kind = MUTATION_CASES[draw(MUTATION_CASES.length)] ?? MUTATION_CASES[0];
    if (kind === undefined) continue;
    // The store has at most 50 definitions.
    const items = [...(await kind.items(store, 1 + draw(kind.entity === 'attribute' ? 8 : 25)))];
    for (let i = 0; i < items.length; i += 1) {
      if (draw(100) >= invalidPercent) continue;
      const email = takenEmails[draw(takenEmails.length)];
      const isTaken = kind.mutation === 'createCustomers' && draw(2) === 0;
      items[i] = isTaken ? { email, firstName: 'Ada', lastName: 'King' } : kind.invalid.item;
    }
    mutations.push({ field: kind.mutation, args: { input: { [kind.list]: items } } });
  }
  return mutations;
}

/** Rejections by the store: of anything, and of what makes a call large. */
const REJECTIONS = [
  { probability: 0.1, fault: { kind: 'status', status: 422 } },
  { probability: 0.1, fault: { kind: 'status', status: 403 } },
  { probability: 0.05, fault: { kind: 'status', status: 413 } },
] as const;

interface Case {
  readonly isMutation: boolean;
  readonly isIncremental: boolean;
  readonly hasRejections: boolean;
  readonly isShopper: boolean;
}

const CASES: readonly (Case & { readonly name: string })[] = [
  {
    name: 'queries with deferred and streamed parts',
    isMutation: false,
    isIncremental: true,
    hasRejections: false,
    isShopper: false,
  },
  {
    name: 'queries of shoppers',
    isMutation: false,
    isIncremental: false,
    hasRejections: false,
    isShopper: true,
  },
  { name: 'mutations', isMutation: true, isIncremental: false, hasRejections: false, isShopper: false },
  {
    name: 'mutations with deferred and streamed parts',
    isMutation: true,
    isIncremental: true,
    hasRejections: false,
    isShopper: false,
  },
  {
    name: 'queries that the store rejects in part',
    isMutation: false,
    isIncremental: false,
    hasRejections: true,
    isShopper: false,
  },
  {
    name: 'mutations that the store rejects in part',
    isMutation: true,
    isIncremental: false,
    hasRejections: true,
    isShopper: false,
  },
  {
    name: 'mutations of shoppers that the store rejects in part',
    isMutation: true,
    isIncremental: true,
    hasRejections: true,
    isShopper: true,
  },
];

describe('no operation costs more than its estimate, and none with rejections more than atMost', () => {
  test.each(CASES)(
    '$name',
    async ({ isMutation, isIncremental, hasRejections, isShopper }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...(isMutation ? [40, 300] : [3, 40, 300])),
          fc.integer({ min: 1, max: 5 }),
          fc.gen(),
          async (customers, seed, gen) => {
            const draw = (below: number) => gen(fc.nat, below - 1);
            const gateway = await startGatewayOnSandbox(
              { customers, seed },
              { guards, maxCalls, lateWriteMs: 0 },
            );
            try {
              const world = await contentsOf(gateway, customers);
              const caller = isShopper ? shopper(1 + draw(3)) : ANONYMOUS;
              // The items of a mutation refer to records that an earlier one may have deleted.
              const turns = isMutation ? 1 : 3;
              for (let turn = 0; turn < turns; turn += 1) {
                gateway.sandbox.faults.clear();
                const mutations = isMutation
                  ? await drawMutations(gateway, draw, world.emails, hasRejections ? 20 : 0)
                  : undefined;
                const operation = generateOperation(draw, world, {
                  hasLongLists: true,
                  isIncremental,
                  ...(mutations && { mutations }),
                });
                if (hasRejections) gateway.sandbox.faults.set(REJECTIONS, { seed: draw(1_000) });
                const { estimate, atMost, made, response } = await measure(gateway, caller, operation);
                // An item fails if it is not the shopper's, or if a mutation before has deleted what it refers to.
                const limit = hasRejections || FAILED.test(response) ? atMost : estimate;
                const shown = `${operation.query}\n${JSON.stringify(operation.variables)}\n${made.join('\n')}`;
                expect(made.length, shown).toBeLessThanOrEqual(limit);
                expect(estimate).toBeLessThanOrEqual(atMost);
              }
            } finally {
              await gateway.close();
            }
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    240_000,
  );
});
