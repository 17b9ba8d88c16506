import { isDeepStrictEqual } from 'node:util';
import { ANONYMOUS, type Caller, PUBLIC, SCOPES } from '../../src/access/caller.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { contentsOf } from '../server/cost/support/contents.ts';
import { keyWith, keyWithout, shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { generateOperation } from '../support/random-operation.ts';
import { type GatewayQuery, startComparison } from './gateway-comparison.ts';
import { knownQueries } from './operations.ts';

const CUSTOMERS = 30;
const NOW = Date.parse('2026-06-01T12:00:00Z');

/** Callers of every kind: with all scopes, with each one alone and without it, shoppers with and without records. */
export const CALLERS: readonly Caller[] = [
  ANONYMOUS,
  PUBLIC,
  { ...keyWith('customers:read'), kind: 'user', name: 'a user' },
  keyWith(),
  ...SCOPES.flatMap((scope) => [keyWith(scope), keyWithout(scope)]),
  shopper(7),
  shopper(9, 'instruments:read'),
  shopper(CUSTOMERS + 1_000),
];

/** What was compared on the schema of the gateway. */
export interface GatewayReport {
  readonly compared: number;
  readonly withErrors: number;
  /** Queries that are left to graphql-js. */
  readonly left: number;
  /** The first difference. Null if there is none. */
  readonly difference: object | null;
}

export interface GatewayOracleOptions {
  /** Number of random queries, each for one caller. */
  readonly random: number;
  /** Whether some calls to the store fail. @default false */
  readonly isFailing?: boolean;
}

/** Compares the known queries for callers of every kind, and random ones. Stops at a difference. */
export async function compareOnGateway(options: GatewayOracleOptions): Promise<GatewayReport> {
  const { now } = Date;
  // Cursors and some records of the store tell when they were read.
  Date.now = () => NOW;
  try {
    return await compareAll(options);
  } finally {
    Date.now = now;
  }
}

async function compareAll({ random, isFailing = false }: GatewayOracleOptions): Promise<GatewayReport> {
  const gateway = await startGatewayOnSandbox({ customers: CUSTOMERS });
  const world = await contentsOf(gateway, CUSTOMERS);
  // After a status of 500 and more, the next calls would not be made for a while.
  if (isFailing)
    gateway.sandbox.faults.set([
      { operations: ['getCustomerConsent'], fault: { kind: 'status', status: 422 } },
      { operations: ['getCustomersAddresses'], fault: { kind: 'status', status: 404 } },
    ]);
  const comparison = startComparison(gateway.sandbox);
  const report = { compared: 0, withErrors: 0, left: 0 };

  function* cases(): Generator<{ readonly caller: Caller; readonly query: GatewayQuery }> {
    for (const query of knownQueries()) for (const caller of CALLERS) yield { caller, query };
    for (let seed = 1; seed <= random; seed += 1) {
      const { integer } = createRandom(seed);
      const draw = (below: number) => integer(0, below - 1);
      const { query, variables } = generateOperation(draw, world);
      yield { caller: CALLERS[draw(CALLERS.length)] ?? ANONYMOUS, query: { query, variables } };
    }
  }

  try {
    for (const { caller, query } of cases()) {
      const answers = await comparison.compare(caller, query);
      // The store keeps a list of its requests.
      gateway.sandbox.requests.clear();
      if (answers === null) {
        report.left += 1;
        continue;
      }
      const { expected, actual, errors } = answers;
      report.compared += 1;
      if (errors > 0) report.withErrors += 1;
      if (isDeepStrictEqual(actual, expected)) continue;
      return { ...report, difference: { caller: caller.name, ...query, expected, actual } };
    }
    return { ...report, difference: null };
  } finally {
    await comparison.close();
    await gateway.close();
  }
}
