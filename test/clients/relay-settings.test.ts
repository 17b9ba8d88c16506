import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  commitMutation,
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  type OperationType,
} from 'relay-runtime';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ClientGateway, QUERY_TEXT, sha256, startClientGateway } from './client-gateway.ts';
import { createEnvironment, createFetch } from './settings/relay.ts';
import {
  BY_ID_TEXT,
  type CustomersData,
  entityIdsIn,
  FIELDS_TEXT,
  type FieldsData,
  nicknameIn,
  RENAME_TEXT,
  SET_FIELD_TEXT,
} from './settings-texts.ts';

// The package exports the path of the program for this machine, and no types.
const compiler = createRequire(import.meta.url)('relay-compiler') as string;

// In a component, `usePaginationFragment` makes these operations. `@connection` joins the pages of a list.
const TEXTS = [
  `query SettingsCustomersQuery($first: Int!, $after: String) {
    customers(first: $first, after: $after) @connection(key: "Settings_customers") {
      edges { cursor node { id entityId firstName } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  BY_ID_TEXT.replace('CustomerById', 'SettingsByIdQuery').replace(' company', ''),
  RENAME_TEXT.replace('Rename', 'SettingsRenameMutation'),
  `mutation SettingsDeleteMutation($entityId: Int!) {
    deleteCustomers(input: { entityIds: [$entityId] }) { results { outcome id @deleteRecord } }
  }`,
  FIELDS_TEXT.replace('Fields', 'SettingsFieldsQuery'),
  SET_FIELD_TEXT.replace('SetField', 'SettingsSetFieldMutation'),
  'query SettingsViewerQuery { viewer { ...Settings_viewer } }',
  'fragment Settings_viewer on Viewer @refetchable(queryName: "SettingsViewerRefetchQuery") { id kind scopes }',
];
/** The query that the compiler makes to read the viewer again. */
const REFETCH = 'SettingsViewerRefetchQuery';

let dir: string;
let gateway: ClientGateway;
let environment: Environment;
const operations = new Map<string, GraphQLTaggedNode>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-'));
  await mkdir(join(dir, 'src'));
  await mkdir(join(dir, 'artifacts'));
  await copyFile('schema.graphql', join(dir, 'schema.graphql'));
  await writeFile(join(dir, 'src/Settings.js'), TEXTS.map((text) => `graphql\`${text}\`;`).join('\n'));
  const settings = {
    src: './src',
    schema: './schema.graphql',
    artifactDirectory: './artifacts',
    language: 'javascript',
    eagerEsModules: true,
  };
  await writeFile(join(dir, 'relay.config.json'), JSON.stringify(settings));
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: dir });
  for (const name of [...TEXTS.map((text) => /^\w+ (\w+)/.exec(text)?.[1] ?? ''), REFETCH]) {
    const artifact = (await import(join(dir, `artifacts/${name}.graphql.js`))) as {
      default: GraphQLTaggedNode;
    };
    operations.set(name, artifact.default);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

beforeEach(async () => {
  gateway = await startClientGateway();
  environment = createEnvironment(gateway.url, gateway.fetch);
});
afterEach(() => gateway.close());

const operation = (name: string) => operations.get(`Settings${name}`) as GraphQLTaggedNode;

async function query<T>(name: string, variables: object): Promise<T> {
  const options = { fetchPolicy: 'store-or-network' } as const;
  return (await fetchQuery<OperationType>(
    environment,
    operation(name),
    variables as never,
    options,
  ).toPromise()) as T;
}

async function mutate(name: string, variables: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    commitMutation(environment, {
      mutation: operation(name),
      variables: variables as never,
      onCompleted: resolve,
      onError: reject,
    });
  });
}

/** The list of customers in the store. */
function stored(): CustomersData {
  const descriptor = createOperationDescriptor(operation('CustomersQuery') as never, {
    first: 2,
    after: null,
  });
  environment.retain(descriptor);
  return environment.lookup(descriptor.fragment).data as unknown as CustomersData;
}

/** Loads all pages of the customers, of two each. */
async function loadAll(): Promise<CustomersData> {
  let after: string | null = null;
  do {
    await query<CustomersData>('CustomersQuery', { first: 2, after });
    after = stored().customers.pageInfo.hasNextPage ? stored().customers.pageInfo.endCursor : null;
  } while (after !== null);
  return stored();
}

test('Relay joins the pages of a connection', async () => {
  expect(entityIdsIn(await loadAll())).toEqual([1, 2, 3, 4, 5]);
  expect(gateway.exchanges()).toHaveLength(3);
});

test('Relay shows in the list what a mutation has changed', async () => {
  await loadAll();
  await mutate('RenameMutation', { entityId: 3, firstName: 'Ana' });
  expect(stored().customers.edges[2]?.node).toMatchObject({ entityId: 3, firstName: 'Ana' });
});

test('Relay takes a customer by id from a list, without a request', async () => {
  const { id } = (await loadAll()).customers.edges[3]?.node ?? {};
  gateway.exchanges();
  expect(await query('ByIdQuery', { id })).toMatchObject({ customer: { entityId: 4 } });
  expect(gateway.exchanges()).toEqual([]);
});

test('Relay removes a deleted customer from the store', async () => {
  await loadAll();
  await mutate('DeleteMutation', { entityId: 2 });
  const nodes = stored()
    .customers.edges.filter((edge) => edge?.node)
    .map(({ node }) => node.entityId);
  expect(nodes).toEqual([1, 3, 4, 5]);
});

test('Relay shows a form field that a mutation has changed, which is no node', async () => {
  await mutate('SetFieldMutation', { entityId: 1, text: 'Nick' });
  expect(nicknameIn(await query<FieldsData>('FieldsQuery', { entityId: 1 }))).toBe('Nick');
  await mutate('SetFieldMutation', { entityId: 1, text: 'Nicky' });
  gateway.exchanges();
  expect(nicknameIn(await query<FieldsData>('FieldsQuery', { entityId: 1 }))).toBe('Nicky');
  expect(gateway.exchanges()).toEqual([]);
});

test('Relay reads the viewer again by the root field, not as a node', async () => {
  await query('ViewerQuery', {});
  gateway.exchanges();
  await fetchQuery(
    environment,
    operation('ViewerRefetchQuery'),
    {},
    { fetchPolicy: 'network-only' },
  ).toPromise();
  const [again] = gateway.exchanges();
  expect(again?.body.query).toContain('viewer {');
  expect(again?.body.query).not.toContain('node(');
  const source = environment.getStore().getSource();
  const viewers = source.getRecordIDs().filter((id) => source.get(id)?.__typename === 'Viewer');
  expect(viewers).toHaveLength(1);
});

test('Relay sends the id of a persisted operation, which is a trusted document', async () => {
  const id = sha256(QUERY_TEXT);
  await gateway.close();
  gateway = await startClientGateway(new Map([[id, QUERY_TEXT]]));
  const request = createFetch(gateway.url, gateway.fetch);
  expect(await request({ id, text: null } as never, { id: 1 }, {})).toMatchObject({
    data: { customer: { entityId: 1 } },
  });
  expect(gateway.exchanges()).toMatchObject([{ body: { documentId: id } }]);
});
