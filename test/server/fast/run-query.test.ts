import { GraphQLError, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import type { CancelSignal } from '../../../src/cancel-signal.ts';
import { badInput, GatewayError } from '../../../src/errors.ts';
import type { QueryResult } from '../../../src/executor/compile.ts';
import { createCallLog } from '../../../src/rest/client/call-log.ts';
import { schema } from '../../../src/schema/index.ts';
import { createFieldFinder } from '../../../src/server/documents/field-finder.ts';
import type { Exchange } from '../../../src/server/fast/exchange.ts';
import { createOperationExecutor } from '../../../src/server/fast/operation-executor.ts';
import { createQueryRunner } from '../../../src/server/fast/run-query.ts';
import { createSharedExecutions } from '../../../src/server/fast/shared-executions.ts';
import { createSharing } from '../../../src/server/fast/sharing.ts';

const QUERY = '{ customers(first: 3) { nodes { email } } }';
const VIEWER = '{ viewer { customer { email } } }';
const AUDITED = '{ customer(by: { entityId: 1 }) { storedInstruments { type } } }';
const DONE: QueryResult = { data: '{"a":1}', errors: [] };
const FAILED: QueryResult = { data: 'null', errors: [new GraphQLError('late')] };

const key = (name: string, more: Partial<Caller> = {}): Caller => ({
  ...ANONYMOUS,
  kind: 'key',
  name,
  ...more,
});
const shopper = (id: number): Caller => ({ ...key(`shopper ${id}`), kind: 'shopper', customerEntityId: id });
const [ONE, TWO] = [key('one'), key('two')];

interface Execution {
  readonly signal: CancelSignal;
  end(result: QueryResult): void;
}

/** A runner whose executions end by hand. */
function setUp({ reportCost = false, isPoor = false, turn = null as Promise<() => void> | null } = {}) {
  let period = 0;
  let foreignWrites = 0;
  const executions: Execution[] = [];
  const settled: number[] = [];
  const reported: unknown[] = [];
  const waits: number[] = [];
  const responses: { readonly exchange: Exchange; readonly status: number; readonly json: string }[] = [];
  const passedOn: Exchange[] = [];
  const runQuery = createQueryRunner({
    prepare: (bodyText) => ({
      document: parse(bodyText),
      variableValues: {},
      cost: { calls: 2, usual: turn === null ? 2 : 30 } as never,
      reportRequest: { upstream: false, explain: false, freshness: null },
      hasExtensions: false,
      execute: (contextValue) =>
        new Promise((end) => {
          const { callLog, signal } = contextValue as never as ReturnType<typeof contextOf>;
          callLog.start({ operation: 'getCustomers', method: 'GET', path: '/customers' }, [], 0);
          executions.push({ signal, end });
        }),
    }),
    charge: () =>
      isPoor
        ? new GatewayError('OPERATION_TOO_EXPENSIVE', 'Too little is left.')
        : { settle: (calls: number) => settled.push(calls) },
    executor: createOperationExecutor({
      services: {
        costs: { reporter: () => null } as never,
        maskResult: (result) => result,
        operations: { report: (_state: unknown, outcome: string) => reported.push(outcome) } as never,
      },
      createContext({ signal, waitedMs = 0 }) {
        waits.push(waitedMs);
        return contextOf(signal) as never;
      },
      respond: (exchange, { status, body }) => responses.push({ exchange, status, json: body.toString() }),
      cacheNow: null,
    }),
    largeQueries: { begin: () => turn ?? (() => {}) },
    sharing: createSharing({
      selectsOfCaller: createFieldFinder(schema, ({ extensions }) => extensions.isOfCaller === true),
      mustRun: createFieldFinder(schema, ({ extensions }) => extensions.isAudited === true),
      reportCost,
    }),
    executions: createSharedExecutions(() => period),
    learnWrites: () =>
      foreignWrites === 0
        ? null
        : Promise.resolve().then(() => {
            period += foreignWrites;
            foreignWrites = 0;
          }),
  });

  return {
    executions,
    waits,
    settled,
    reported,
    responses,
    passedOn,
    endPeriod() {
      period += 1;
    },
    writeElsewhere() {
      foreignWrites += 1;
    },
    ask(bodyText: string, caller: Caller = ONE): Exchange {
      const exchange = exchangeOf(caller);
      runQuery(exchange, bodyText, () => passedOn.push(exchange));
      return exchange;
    },
  };
}

function contextOf(signal: CancelSignal) {
  return { callLog: createCallLog(), origin: {}, signal };
}

function exchangeOf(caller: Caller): Exchange {
  return {
    response: { closed: false, destroyed: false },
    responseType: 'application/json',
    state: { caller },
    cancel: null,
    status: null,
  } as never;
}

/** Lets promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('identical queries in flight', () => {
  test.each([
    ['of one caller', ONE, ONE, QUERY],
    ['of callers who are allowed the same', ONE, TWO, QUERY],
    ['of one caller about itself', ONE, ONE, VIEWER],
    ['of one shopper', shopper(1), shopper(1), QUERY],
  ])('%s share one execution, and are each counted and charged', async (_name, one, other, query) => {
    const { ask, executions, settled, reported, responses } = setUp();
    ask(query, one);
    ask(query, other);
    expect(executions).toHaveLength(1);
    executions[0]?.end(DONE);
    await settle();
    expect(responses.map(({ json }) => json)).toEqual(Array(2).fill('{"data":{"a":1}}'));
    expect(settled).toEqual([1, 1]);
    expect(reported).toEqual(['ok', 'ok']);
  });

  test.each([
    ['of callers with other scopes', ONE, key('two', { scopes: new Set(['customers:read']) }), QUERY],
    ['of callers of other lanes', ONE, key('two', { lane: 'bulk' }), QUERY],
    ['of callers of other kinds', ONE, ANONYMOUS, QUERY],
    ['of two shoppers', shopper(1), shopper(2), QUERY],
    ['of two callers about themselves', ONE, TWO, VIEWER],
    ['that are recorded for each caller', ONE, ONE, AUDITED],
  ] as const)('%s are run one by one', (_name, one, other, query) => {
    const { ask, executions } = setUp();
    ask(query, one);
    ask(query, other);
    expect(executions).toHaveLength(2);
  });

  test('are run one by one if each reports its cost', () => {
    const { ask, executions } = setUp({ reportCost: true });
    ask(QUERY);
    ask(QUERY);
    expect(executions).toHaveLength(2);
  });

  test('do not join one that began before the end of a write', () => {
    const { ask, executions, endPeriod } = setUp();
    ask(QUERY);
    endPeriod();
    ask(QUERY);
    expect(executions).toHaveLength(2);
  });

  test('share no execution that began before a write of another replica', async () => {
    const { ask, executions, writeElsewhere } = setUp();
    ask(QUERY);
    writeElsewhere();
    ask(QUERY);
    await settle();
    expect(executions).toHaveLength(2);
  });

  test('a request whose caller leaves before the writes of others are known runs nothing', async () => {
    const { ask, executions, settled, writeElsewhere } = setUp();
    ask(QUERY);
    writeElsewhere();
    const second = ask(QUERY);
    Object.assign(second.response, { destroyed: true });
    await settle();
    expect(executions).toHaveLength(1);
    expect(settled).toEqual([0]);
  });

  test('go on if the caller who came first leaves, and end when the last one has', async () => {
    const { ask, executions } = setUp();
    const first = ask(QUERY);
    const second = ask(QUERY);
    leave(first);
    expect(executions[0]?.signal.aborted).toBe(false);
    leave(second);
    expect(executions[0]?.signal.aborted).toBe(true);
  });

  test('are run again for those who waited if the execution fails', async () => {
    const { ask, executions, responses } = setUp();
    const [first, second, third] = [ask(QUERY), ask(QUERY), ask(QUERY)];
    executions[0]?.end(FAILED);
    await settle();
    // The error is that of the first caller. One that waited for the next could wait for all in turn.
    expect(responses.map(({ exchange }) => exchange)).toEqual([first]);
    expect(executions).toHaveLength(3);
    for (const { end } of executions) end(DONE);
    await settle();
    expect(responses.map(({ exchange }) => exchange)).toEqual([first, second, third]);
  });
});

test('a query whose caller has too little budget left is passed on, and nothing runs', () => {
  const { ask, executions, passedOn } = setUp({ isPoor: true });
  const exchange = ask(QUERY);
  expect([executions.length, passedOn]).toEqual([0, [exchange]]);
});

test('an error that an execution throws fails its operation alone', async () => {
  const { ask, executions, responses } = setUp();
  ask(QUERY);
  executions[0]?.end(Promise.reject(badInput('a', 'is wrong.')) as never);
  await settle();
  expect(responses.map(({ json }) => JSON.parse(json))).toEqual([{ errors: [{ message: 'a: is wrong.' }] }]);
});

function leave({ response, cancel }: Exchange): void {
  Object.assign(response, { closed: true });
  cancel?.();
}

test('the time for which a large query waits for its turn counts against its deadline', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  const turn = Promise.withResolvers<() => void>();
  const { ask, executions, responses, waits } = setUp({ turn: turn.promise });
  let hasEnded = false;
  ask(QUERY);
  now.mockReturnValue(1_250);
  turn.resolve(() => {
    hasEnded = true;
  });
  await settle();
  expect(waits).toEqual([250]);
  executions[0]?.end(DONE);
  await settle();
  expect([responses.length, hasEnded]).toEqual([1, true]);
  now.mockRestore();
});
