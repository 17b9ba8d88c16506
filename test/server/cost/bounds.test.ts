import { parse, validate } from 'graphql';
import { expect, test, vi } from 'vitest';
import { SCOPES } from '../../../src/access/caller.ts';
import { schema } from '../../../src/schema/index.ts';
import type { Json } from '../../sandbox/support/store-client.ts';
import { keyWith } from '../../support/callers.ts';
import { costBound } from '../../support/cost-bound.ts';
import { configFrom, startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';
import { fc } from '../../support/property-tests.ts';
import { generateOperation } from '../../support/random-operation.ts';
import { contentsOf } from './support/contents.ts';

// Anonymous callers are refused some fields.
const CALLER = keyWith(...SCOPES);

// No limit: the estimate must hold for operations of any depth.
const { limits } = configFrom().guards;
const guards = { limits: { ...limits, depth: 100, recursion: 100 } };

test('no operation costs more than its estimate, and no estimate exceeds the documented cost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 1, 2, 3, 5, 40, 40, 700),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.gen(),
      async (customers, seed, cursors, gen) => {
        const draw = (below: number) => gen(fc.nat, below - 1);
        const gateway = await startGatewayOnSandbox({ customers, seed, switches: { cursors } }, { guards });
        try {
          const world = await contentsOf(gateway, customers);
          let knowsDefinitions = false;
          for (let turn = 0; turn < 3; turn += 1) {
            const { fields, query, variables } = generateOperation(draw, world);
            expect(validate(schema, parse(query))).toEqual([]);
            const request = { query, variables, extensions: { upstream: true } };
            const response = await post(gateway, request, 'application/json', CALLER);
            const { errors = [], extensions } = (await response.json()) as Json;
            const codes = errors.map((error: Json) => error.extensions.code);
            expect(codes.filter((code: string) => code !== 'BAD_USER_INPUT')).toEqual([]);
            const { requests, estimate } = extensions.upstream;
            // A page of metafields that turned out not to be needed may still be in flight.
            await vi.waitFor(
              () => expect(gateway.sandbox.requests.list().length).toBeGreaterThanOrEqual(requests),
              { interval: 1 },
            );
            const made = gateway.sandbox.requests.list();
            gateway.sandbox.requests.clear();
            expect({ query, requests }).toEqual({ query, requests: made.length });
            const ceiling = costBound(fields, knowsDefinitions);
            const paths = made.map(({ path }) => path).join(' ');
            expect(made.length, `${query}\nmade ${paths}`).toBeLessThanOrEqual(estimate);
            expect(estimate, query).toBeLessThanOrEqual(ceiling);
            knowsDefinitions ||= made.some(({ path }) => path === '/customers/attributes');
          }
        } finally {
          await gateway.close();
        }
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
