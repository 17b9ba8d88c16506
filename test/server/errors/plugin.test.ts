import { basename } from 'node:path';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createMasks, maskErrors } from '../../../src/server/errors/plugin.ts';
import type { RequestState } from '../../../src/server/observability/request-log.ts';

/** Runs the plugin on a result and returns the masked result, the log and the request state. */
function process(result: object, state: RequestState = { requestId: 'request-1' }) {
  const log: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(line) });
  let masked: unknown = result;
  // The plugin reads only these properties of the payload.
  const request = new Request('http://gateway/graphql');
  const payload = { request, result, serverContext: state, setResult: (value: unknown) => (masked = value) };
  maskErrors(createMasks({ logger, suggestions: true })).onResultProcess?.(payload as never);
  return { masked, log, state };
}

const bug = new TypeError("Cannot read properties of 'ana@example.com'");
const failed = new GraphQLError(bug.message, { path: ['customer'], originalError: bug });

test('does not change a result without errors', () => {
  const result = { data: { customer: null } };
  expect(process(result)).toMatchObject({ masked: result, log: [] });
});

test('masks every error and stores the distinct codes for the request log', () => {
  const { masked, state } = process({ data: { customer: null }, errors: [failed, failed] });
  expect(JSON.parse(JSON.stringify(masked))).toEqual({
    data: { customer: null },
    errors: Array(2).fill({
      message: 'Something went wrong in the gateway (request request-1).',
      path: ['customer'],
      extensions: { code: 'INTERNAL', requestId: 'request-1' },
    }),
  });
  expect(state.errorCodes).toEqual(['INTERNAL']);
});

test('logs an internal error with its stack and the request id but without its message', () => {
  const { log } = process({ data: null, errors: [failed] });
  expect(log).toHaveLength(1);
  const line = JSON.parse(log[0] ?? '');
  expect(line).toMatchObject({ level: 50, msg: 'internal error', requestId: 'request-1' });
  expect(line.error.type).toBe('TypeError');
  expect(line.error.stack[0]).toContain(basename(import.meta.url));
  expect(log[0]).not.toContain('ana@example.com');
});

test('logs only the type of a thrown value that is not an Error', () => {
  const thrown = new GraphQLError('?', { path: ['a'], originalError: 'ana@example.com' as never });
  const { log } = process({ data: null, errors: [thrown] });
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ msg: 'internal error', error: { type: 'string' } });
  expect(log[0]).not.toContain('ana@example.com');
});

test('reports the first thousand errors and how many are left out', () => {
  const errors = Array.from({ length: 5_000 }, () => failed);
  const { masked } = process({ data: { customer: null }, errors });
  const shown = (masked as { readonly errors: readonly GraphQLError[] }).errors;
  expect(shown).toHaveLength(1_000);
  expect(shown.at(-1)?.message).toBe('Too many fields failed: 4001 further errors are left out.');
  expect(shown.at(-1)?.extensions).toMatchObject({ limitName: 'errors', actual: 5_000, limit: 1_000 });
});
