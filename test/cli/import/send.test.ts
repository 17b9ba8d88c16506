import { describe, expect, test } from 'vitest';
import type { CustomerResult, ImportGateway, PartResult } from '../../../src/cli/import/gateway.ts';
import { type SendableRow, sendRows } from '../../../src/cli/import/send.ts';
import { GatewayFailure } from '../../../src/client/index.ts';

type Reply =
  | readonly CustomerResult[]
  | GatewayFailure
  | ((rows: number) => readonly CustomerResult[] | GatewayFailure);

/** A gateway that gives these replies, the last one again and again. */
function gatewayOf(...replies: readonly Reply[]) {
  const sent: string[][] = [];
  const waits: number[] = [];
  const gateway: Pick<ImportGateway, 'upsert'> = {
    async upsert(customers) {
      const reply = replies[Math.min(sent.length, replies.length - 1)] ?? [];
      sent.push(customers.map((customer) => (customer as { email: string }).email));
      const answer = typeof reply === 'function' ? reply(customers.length) : reply;
      if (answer instanceof GatewayFailure) throw answer;
      return { results: answer, upstream: { requests: 2, estimate: null, quota: null } };
    },
  };
  const stop = new AbortController();
  const limits: number[] = [];
  const options = {
    gateway: gateway as ImportGateway,
    sleep: async (ms: number) => void waits.push(ms),
    stop: stop.signal,
    onTooMany: (rows: number) => void limits.push(rows),
  };
  return { options, sent, waits, limits, stop };
}

const row = (line: number): SendableRow => ({
  line,
  item: {
    input: { email: `${line}` },
    columnOf: (path) => ({ email: 'E-mail', 'addresses.0': 'City' })[path.slice(0, 2).join('.')] ?? null,
  },
});
const rows = (count: number) => Array.from({ length: count }, (_, at) => row(at + 2));

const done = (
  outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED',
  ...parts: readonly PartResult[]
): CustomerResult => ({
  outcome,
  errors: [],
  parts,
});
const part = (
  outcome: PartResult['outcome'],
  ...codes: readonly PartResult['errors'][number]['code'][]
): PartResult => ({
  outcome,
  errors: codes.map((code) => ({
    code,
    message: 'Why.',
    path: ['customers', '0', 'addresses', '0', 'city'],
    retryAfterMs: null,
  })),
});
const failed = (
  outcome: PartResult['outcome'],
  code: PartResult['errors'][number]['code'],
  retryAfterMs: number | null = null,
): CustomerResult => ({
  outcome,
  errors: [{ code, message: 'Why.', path: ['customers', '0', 'email'], retryAfterMs }],
  parts: [],
});
const problem = (code: string, field: string | null) => ({ code, field, message: 'Why.' });

describe('a row is', () => {
  test.each([
    ['CREATED', done('CREATED', part('CREATED')), []],
    ['UPDATED', done('UNCHANGED', part('UNCHANGED'), part('UPDATED')), []],
    ['UNCHANGED', done('UNCHANGED', part('UNCHANGED', 'DUPLICATE')), []],
    ['REJECTED', failed('FAILED', 'TAKEN'), [problem('TAKEN', 'E-mail')]],
    ['INCOMPLETE', done('UPDATED', part('FAILED', 'INVALID')), [problem('INVALID', 'City')]],
    [
      'INCOMPLETE',
      { ...done('CREATED'), errors: failed('FAILED', 'LIMIT_EXCEEDED').errors },
      [problem('LIMIT_EXCEEDED', 'E-mail')],
    ],
  ] as const)('%s after %j', async (outcome, result, problems) => {
    const { options, sent } = gatewayOf([result]);
    const { results, failure, calls } = await sendRows(rows(1), options);
    expect(results).toEqual([{ line: 2, outcome, problems }]);
    expect([failure, calls, sent.length]).toEqual([null, 2, 1]);
  });
});

describe('rows are sent again', () => {
  test.each([
    ['their outcome is unknown', failed('UNKNOWN', 'OUTCOME_UNKNOWN')],
    ['the quota was used up', failed('NOT_ATTEMPTED', 'RATE_LIMITED', 7_000)],
    ['the store was away', failed('FAILED', 'UPSTREAM_UNAVAILABLE')],
    ['a part is unknown', done('UPDATED', part('UNKNOWN', 'OUTCOME_UNKNOWN'))],
    ['a part was not attempted', done('UPDATED', part('NOT_ATTEMPTED', 'TIMEOUT'))],
  ])('if %s, and no others', async (_name, result) => {
    const { options, sent } = gatewayOf(
      [done('CREATED'), result, failed('FAILED', 'INVALID')],
      [done('UNCHANGED')],
    );
    const { results } = await sendRows(rows(3), options);
    expect(sent).toEqual([['2', '3', '4'], ['3']]);
    expect(results.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'CREATED'],
      [4, 'REJECTED'],
      [3, 'UNCHANGED'],
    ]);
  });

  test('after the wait that the gateway asks for', async () => {
    const { options, waits } = gatewayOf([failed('NOT_ATTEMPTED', 'RATE_LIMITED', 7_000)], [done('CREATED')]);
    await sendRows(rows(1), options);
    expect(waits).toEqual([7_000]);
  });

  test('if the answer to all of them was lost', async () => {
    const lost = new GatewayFailure('NETWORK', 'Lost.', { mayHaveRun: true });
    const { options, sent } = gatewayOf(lost, [done('UNCHANGED'), done('CREATED')]);
    const { results, failure } = await sendRows(rows(2), options);
    expect(sent).toEqual([
      ['2', '3'],
      ['2', '3'],
    ]);
    expect([results.length, failure]).toEqual([2, null]);
  });

  test('and count as created if an earlier attempt has created the customer', async () => {
    const { options } = gatewayOf(
      [done('CREATED', part('NOT_ATTEMPTED', 'TIMEOUT'))],
      [done('UNCHANGED', part('CREATED'))],
    );
    expect((await sendRows(rows(1), options)).results).toEqual([
      { line: 2, outcome: 'CREATED', problems: [] },
    ]);
  });

  test('not if the customer was refused, whatever its parts say', async () => {
    const result = { ...failed('FAILED', 'INVALID'), parts: [part('NOT_ATTEMPTED', 'PREREQUISITE_FAILED')] };
    const { options, sent } = gatewayOf([result]);
    expect((await sendRows(rows(1), options)).results).toMatchObject([{ outcome: 'REJECTED' }]);
    expect(sent).toHaveLength(1);
  });

  test('not if the import is to end', async () => {
    const { options, sent, stop } = gatewayOf([done('CREATED'), failed('UNKNOWN', 'OUTCOME_UNKNOWN')]);
    stop.abort();
    const { results, failure } = await sendRows(rows(2), options);
    expect([results.length, failure, sent.length]).toEqual([1, null, 1]);
  });

  test('a limited number of times', async () => {
    const { options, sent, waits } = gatewayOf(
      [done('CREATED'), failed('UNKNOWN', 'OUTCOME_UNKNOWN')],
      [failed('UNKNOWN', 'OUTCOME_UNKNOWN')],
    );
    const { results, failure } = await sendRows(rows(2), options);
    expect(results.map(({ line }) => line)).toEqual([2]);
    expect(failure).toBeInstanceOf(GatewayFailure);
    expect(sent.length).toBe(7);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  });
});

describe('a request that is refused', () => {
  test.each(['UNAUTHENTICATED', 'FORBIDDEN'] as const)('with %s ends the import at once', async (code) => {
    const { options, sent } = gatewayOf(new GatewayFailure(code, 'Why.'));
    const { results, failure } = await sendRows(rows(2), options);
    expect([results, failure?.code, sent.length]).toEqual([[], code, 1]);
  });

  test('because no gateway answers ends it too: the client has waited', async () => {
    const { options, sent } = gatewayOf(new GatewayFailure('NETWORK', 'Why.', { mayHaveRun: false }));
    expect((await sendRows(rows(2), options)).failure?.code).toBe('NETWORK');
    expect(sent).toHaveLength(1);
  });

  test('as too large makes the next requests smaller', async () => {
    const tooMuch = new GatewayFailure('OPERATION_TOO_EXPENSIVE', 'Why.', { mayHaveRun: false });
    const { options, limits } = gatewayOf((count) =>
      count > 3 ? tooMuch : Array.from({ length: count }, () => done('CREATED')),
    );
    expect((await sendRows(rows(9), options)).results.length).toBe(9);
    expect(Math.min(...limits)).toBe(2);
  });

  test.each([
    new GatewayFailure('OPERATION_TOO_EXPENSIVE', 'Why.', { mayHaveRun: false }),
    new GatewayFailure('BAD_USER_INPUT', 'Why.', { mayHaveRun: false }),
    new GatewayFailure('BAD_RESPONSE', 'Why.', { status: 413 }),
  ])('as too large or invalid is halved, down to the row that is at fault: %s', async (refusal) => {
    const { options, sent } = gatewayOf((count) => {
      const batch = sent.at(-1) ?? [];
      return batch.includes('5') ? refusal : Array.from({ length: count }, () => done('CREATED'));
    });
    const { results, failure } = await sendRows(rows(8), options);
    expect(failure).toBeNull();
    expect(results.length).toBe(8);
    expect(results.filter(({ outcome }) => outcome === 'REJECTED')).toEqual([
      { line: 5, outcome: 'REJECTED', problems: [problem('INVALID', null)] },
    ]);
    expect(sent.filter((batch) => batch.includes('2') && !batch.includes('5')).length).toBe(1);
  });
});
