import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COVERAGE } from '../../scripts/rest-coverage/operations.ts';
import { noteOf } from '../../scripts/rest-coverage/rows.ts';
import { OPERATIONS, type OperationId } from '../../src/rest/operations.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { BODY_CASES } from '../support/body-cases.ts';
import { createGateway } from '../support/gateway.ts';
import { startRewritingProxy } from '../support/rewriting-proxy.ts';

let sandbox: Sandbox;
let proxy: Awaited<ReturnType<typeof startRewritingProxy>>;
const sent: { readonly call: string; readonly body: unknown }[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 12, quota: 0 });
  proxy = await startRewritingProxy({
    store: sandbox.url,
    reject: (body, call) => {
      sent.push({ call, body });
      return null;
    },
  });
});
afterAll(async () => {
  await proxy.close();
  await sandbox.close();
});

/** The bodies that an operation gets from a mutation, in the order of arrival. */
async function bodiesOf(operation: OperationId, mutation: string): Promise<readonly unknown[]> {
  sent.length = 0;
  const gateway = createGateway({ baseUrl: proxy.url, accessToken: sandbox.token, lateWriteMs: 50 });
  await gateway.executeText(`mutation { ${mutation} }`);
  await gateway.close();
  const { method, path } = OPERATIONS[operation];
  const pattern = new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '\\d+')}$`);
  return sent.flatMap(({ call, body }) => (pattern.test(call) ? [body] : []));
}

/** The names of the fields in a body, and of those with a text the name with each value. */
function namesIn(value: unknown, prefix = ''): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => (isObject(item) ? namesIn(item, prefix) : [`${prefix}=${item}`]));
  if (!isObject(value)) return [`${prefix}=${value}`];
  return Object.entries(value).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const isListOfObjects = Array.isArray(field) && field.some(isObject);
    return [path, ...namesIn(field, isListOfObjects ? `${path}[]` : path)];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names of the body fields that the coverage table says the gateway sends. */
function coveredNames(operation: OperationId): readonly string[] {
  const { body = {}, newerBody = {} } = COVERAGE[operation] ?? {};
  return Object.entries({ ...body, ...newerBody }).flatMap(([name, row]) =>
    noteOf(row) === null ? name : [],
  );
}

const writes = (Object.keys(OPERATIONS) as OperationId[]).filter(
  (operation) => coveredNames(operation).length > 0,
);

test('there is a case for each operation with a body', () => {
  expect(Object.keys(BODY_CASES).toSorted()).toEqual(writes.toSorted());
});

describe.each(writes)('the body of %s', (operation) => {
  const { mutation, bodies } = BODY_CASES[operation] ?? { mutation: '', bodies: [] };

  test('has what the mutation says', async () => {
    expect(await bodiesOf(operation, mutation)).toEqual(bodies);
  });

  test('has exactly the fields of the coverage table, with each of their values', () => {
    const covered = coveredNames(operation);
    const isName = (name: string) => !name.includes('=');
    const names = operation === 'deleteCustomersMetafields' ? ['[]'] : namesIn(bodies.flat());
    expect([...new Set(names.filter(isName))].toSorted()).toEqual(covered.filter(isName).toSorted());
    expect(names).toEqual(expect.arrayContaining(covered.filter((name) => !isName(name))));
  });
});
