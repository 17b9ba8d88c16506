import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { introspectionFromSchema } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CALLERS, explain } from '../../src/cli/explain.ts';
import { readText } from '../../src/cli/read-text.ts';
import { parseConfig } from '../../src/config/index.ts';
import { schema } from '../../src/schema/index.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runArgs, runLine } from './support/run-line.ts';

afterEach(() => vi.unstubAllEnvs());

async function fileOf(text: string | Uint8Array, name = 'query.graphql'): Promise<string> {
  const file = join(await tempDir(), name);
  await writeFile(file, text);
  return file;
}

const CONSENT = 'query Consent($n: Int!) { customers(first: $n) { nodes { email consent { allow } } } }';
const DELETE = 'mutation Delete { deleteCustomers(input: { entityIds: [1, 2] }) { summary { deleted } } }';

test('prices each operation of a document without a store', async () => {
  const file = await fileOf(`${CONSENT}\n${DELETE}`);
  const { output, messages, exitCode } = await runArgs(['explain', file, '--variables', '{"n": 7}']);
  expect([exitCode, messages]).toEqual([0, []]);
  expect(`${output.join('\n')}\n`).toBe(`query Consent: 8 REST calls; at most 30 values
  calls  at most  REST operation                                      field                    note
  1      1        getCustomers /customers                             customers
  7      7        getCustomerConsent /customers/{customerId}/consent  customers.nodes.consent
mutation Delete: 2 REST calls, at most 18 if the store rejects some; at most 3 values
  calls  at most  REST operation              field            note
  1      3        getCustomers /customers     deleteCustomers
  1      15       deleteCustomers /customers  deleteCustomers  more if a response is lost or an item is rejected
`);
});

test('prints the estimate and the plan that a new gateway reports for `explain: "only"`', async () => {
  const query = '{ customers(first: 3) { nodes { consent { allow } addresses { nodes { city } } } } }';
  const gateway = await startGatewayOnSandbox();
  const response = await post(gateway, { query, extensions: { explain: 'only' } });
  const { extensions } = (await response.json()) as { extensions: { upstream: object } };
  await gateway.close();
  const { output } = await runLine(`explain ${await fileOf(query)} --json`);
  const { operations } = JSON.parse(output.join('\n'));
  const { name, type, values, refused, ...price } = operations[0];
  expect([name, type, refused, values > 0]).toEqual([null, 'query', null, true]);
  expect({ requests: 0, ...price }).toEqual(extensions.upstream);
});

test('explains one operation by name, with variables of a file', async () => {
  const file = await fileOf(`${CONSENT}\n${DELETE}`);
  const variables = await fileOf('{"n": 2}', 'variables.json');
  const { output } = await runLine(`explain ${file} --operation Consent --variables ${variables} --json`);
  const { operations } = JSON.parse(output.join('\n'));
  expect(operations).toMatchObject([{ name: 'Consent', type: 'query', estimate: 3 }]);
  const unknown = await runLine(`explain ${file} --operation Other`);
  expect(unknown).toMatchObject({ exitCode: 1, messages: [`${file} has no operation of that name`] });
});

test('knows what a shopper pays for', async () => {
  const file = await fileOf('{ viewer { customer { email } } }');
  const estimateFor = async (caller: string) =>
    JSON.parse((await runLine(`explain ${file} --json --as ${caller}`)).output.join('')).operations[0]
      .estimate;
  expect([await estimateFor('backend'), await estimateFor('shopper')]).toEqual([0, 1]);
});

test('fails if the gateway would refuse an operation, and says why', async () => {
  vi.stubEnv('OPERATION_MAX_CALLS', '5');
  const { output, messages, exitCode } = await runArgs([
    'explain',
    await fileOf(CONSENT),
    '--variables',
    '{"n":7}',
  ]);
  expect(exitCode).toBe(1);
  expect(output[0]).toMatch(/^query Consent: 8 REST calls/);
  expect(messages).toEqual([expect.stringMatching(/^The operation may cost 8 REST calls; the limit is 5\./)]);
});

describe('a document that is not valid', () => {
  test.each([
    [
      'a syntax error',
      '{\n  customers {\n    nodes {{ email }\n  }\n}',
      3,
      12,
      'Syntax Error: Expected Name, found "{".',
    ],
    ['an end that is missing', '{\n  customers {', 2, 14, 'Syntax Error: Expected Name, found <EOF>.'],
    ['no document', '', 1, 1, 'Syntax Error: Unexpected <EOF>.'],
    [
      'an unknown field',
      '{\n  customer(by: { entityId: 1 }) { mail }\n}',
      2,
      35,
      /^Cannot query field "mail".*"email"/,
    ],
    ['a tab and a byte order mark', '\ufeff{\n\tviewer {{ kind }\n}', 2, 10, /^Syntax Error/],
  ])('is shown with the place of %s', async (_name, text, line, column, message) => {
    const file = await fileOf(text);
    const { output, messages, exitCode } = await runLine(`explain ${file}`);
    expect([exitCode, output]).toEqual([1, []]);
    expect(messages[0]).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(messages[2]).toBe(`${file}:${line}:${column}`);
    const caret = messages.find((each) => /^ *\| *\^$/.test(each)) ?? '';
    const marked = messages[messages.indexOf(caret) - 1] ?? '';
    const prefix = `${line} | `;
    expect(`${marked} `).toContain(prefix);
    expect(caret.indexOf('^') - prefix.length).toBe(column - 1);
    expect(messages.join('\n')).not.toMatch(/^ +at /m);
  });

  test('lists its errors as JSON too', async () => {
    const { output, exitCode } = await runLine(`explain ${await fileOf('{ nix }')} --json`);
    expect(exitCode).toBe(1);
    expect(JSON.parse(output.join('\n'))).toEqual({
      errors: [{ message: expect.stringContaining('"nix"'), locations: [{ line: 1, column: 3 }] }],
    });
  });

  test('controls no terminal', async () => {
    const { messages } = await runLine(`explain ${await fileOf('{ a(b: "\u001b[2J\u009b31m") }}\u0007')}`);
    expect(messages.join('')).not.toMatch(/\p{Cc}/u);
  });

  test('is refused before it is parsed if it is too deep or too long', async () => {
    for (const text of ['{a'.repeat(5_000), `{${'a '.repeat(500_000)}}`]) {
      const { messages, exitCode } = await runLine(`explain ${await fileOf(text)}`);
      expect([exitCode, messages]).toEqual([1, [expect.stringMatching(/^The operation is too large/)]]);
    }
  });
});

test.each([
  ['is missing', [], /^Variable "\$n" of required type "Int!" was not provided\./],
  ['is invalid', ['--variables', '{"n":"secret"}'], /^Variable "\$n" is invalid/],
  ['is not in an object', ['--variables', '{"n":'], /^the variables are not a JSON object$/],
  ['is in no file', ['--variables', '/nowhere/v.json'], /^\/nowhere\/v\.json does not exist$/],
])('fails if a variable %s, without its value', async (_name, args, message) => {
  const { messages, exitCode } = await runArgs(['explain', await fileOf(CONSENT), ...args]);
  expect([exitCode, messages[0]]).toEqual([1, expect.stringMatching(message)]);
  expect(messages.join('\n')).not.toContain('secret');
});

test('a file that cannot be read is one line', async () => {
  const folder = await tempDir();
  const binary = await fileOf(new Uint8Array([0xff, 0xfe, 0x7b]));
  expect((await runLine('explain /nowhere.graphql')).messages).toEqual(['/nowhere.graphql does not exist']);
  expect((await runLine(`explain ${folder}`)).messages).toEqual([`${folder} cannot be read (EISDIR)`]);
  expect((await runLine(`explain ${binary}`)).messages).toEqual([`${binary} is not a text in UTF-8`]);
});

test('reads standard input, and no more than it can use', async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  async function* endless() {
    for (;;) yield new Uint8Array(1_000_000);
  }
  async function* halves() {
    yield encode('{ viewer ');
    yield encode('{ kind } }');
  }
  expect(await readText('-', halves())).toEqual({ text: '{ viewer { kind } }' });
  expect(await readText('-', endless())).toEqual({ problem: 'standard input is larger than 20000000 bytes' });
});

test('a document without operations has nothing to explain', () => {
  const parsed = parseConfig({});
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  const { guards, operationMaxCalls: maxCalls, operationMaxValues: maxValues } = parsed.config;
  const result = explain({
    text: 'fragment F on Query { viewer { kind } }',
    name: 'f.graphql',
    variables: null,
    operation: null,
    caller: CALLERS.backend,
    limits: { maxCalls, maxValues, document: guards.limits },
    urlPrefixLength: 50,
  });
  expect(result).toMatchObject({
    failed: true,
    messages: [expect.stringMatching(/Fragment "F" is never used/)],
  });
});

test('`schema` prints the SDL of the package, or the result of introspection', async () => {
  const { output, exitCode } = await runLine('schema');
  expect(exitCode).toBe(0);
  expect(output.join('\n').trim()).toBe(readFileSync('schema.graphql', 'utf8').trim());
  const json = await runLine('schema --json');
  expect(JSON.parse(json.output.join('\n'))).toEqual(introspectionFromSchema(schema));
});
