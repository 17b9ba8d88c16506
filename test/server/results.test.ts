import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { RequestFacts } from '../../src/server/request-log.ts';
import { safeResults } from '../../src/server/results.ts';

/** What the plugin makes of a result, and what it logs. */
function process(result: object, facts: RequestFacts = { requestId: 'request-1' }) {
  const log: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(line) });
  let answered: unknown = result;
  // The plugin looks at these three of all that Yoga hands it.
  const payload = { result, serverContext: facts, setResult: (safe: unknown) => (answered = safe) };
  safeResults({ logger, suggestions: true }).onResultProcess?.(payload as never);
  return { answered, log, facts };
}

const bug = new TypeError("Cannot read properties of 'ana@example.com'");
const failed = new GraphQLError(bug.message, { path: ['customer'], originalError: bug });

test('leaves a result without errors as it is', () => {
  const result = { data: { customer: null } };
  expect(process(result)).toMatchObject({ answered: result, log: [] });
});

test('masks every error and notes the codes for the request log, each once', () => {
  const { answered, facts } = process({ data: { customer: null }, errors: [failed, failed] });
  expect(JSON.parse(JSON.stringify(answered))).toEqual({
    data: { customer: null },
    errors: Array(2).fill({
      message: 'Something went wrong in the gateway (request request-1).',
      path: ['customer'],
      extensions: { code: 'INTERNAL', requestId: 'request-1' },
    }),
  });
  expect(facts.errorCodes).toEqual(['INTERNAL']);
});

test('logs where our own failure happened, by the id that the caller was told, and not what it was about', () => {
  const { log } = process({ data: null, errors: [failed] });
  expect(log).toHaveLength(1);
  const line = JSON.parse(log[0] ?? '');
  expect(line).toMatchObject({ level: 50, msg: 'internal error', requestId: 'request-1' });
  expect(line.error.type).toBe('TypeError');
  expect(line.error.stack[0]).toContain('results.test.ts');
  expect(log[0]).not.toContain('ana@example.com');
});

test('logs what was thrown without being an error by its type alone', () => {
  const thrown = new GraphQLError('?', { path: ['a'], originalError: 'ana@example.com' as never });
  const { log } = process({ data: null, errors: [thrown] });
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ msg: 'internal error', error: { type: 'string' } });
  expect(log[0]).not.toContain('ana@example.com');
});
