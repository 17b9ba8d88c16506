import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { PUBLIC } from '../../src/access/caller.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { listen } from '../../src/server/listen.ts';
import { createStoreClient, type StoreClient, type StoreResponse } from '../sandbox/support/store-client.ts';
import { createGateway, type GatewayOptions } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';
import { type CallerKind, createCallerKinds } from './callers.ts';
import type { TargetRecords } from './field-paths.ts';
import type { AuthorizationResponse } from './verdicts.ts';

/** A store in which one customer has records of every type, a gateway in front of it, and every kind of caller. */
export interface AuthorizationSetup {
  readonly doors: readonly CallerKind[];
  /** The records for an operation with this root field: those of the owner, and new ones for a write. */
  recordsFor(root: string): Promise<TargetRecords>;
  execute(
    door: CallerKind,
    query: string,
  ): Promise<AuthorizationResponse & { readonly calls: number; readonly writes: number }>;
  close(): Promise<void>;
}

const FAILURE = { operations: ['getCustomers'], calls: [1], fault: { kind: 'status' as const, status: 503 } };

const OWNER = 7;
const OTHER = 9;

interface SetupOptions extends Pick<GatewayOptions, 'cache'> {
  /** Whether requests go over a port, where the gateway has its fast path. @default false */
  readonly overPort?: boolean;
}

export async function startSetup({
  overPort = false,
  ...options
}: SetupOptions = {}): Promise<AuthorizationSetup> {
  const dir = await mkdtemp(join(tmpdir(), 'gateway-matrix-'));
  const file = join(dir, 'store.sqlite');
  const seeded = await startSandbox({ quota: 0, customers: 20, file, limits: { credentialChecks: 0 } });
  await seeded.close();
  insertInstruments(file);
  const sandbox = await startSandbox({ quota: 0, customers: 20, file, limits: { credentialChecks: 0 } });
  const store = createStoreClient(sandbox);
  const { definitions } = await createRecords(store);
  const { authenticator, signIn, kinds, close } = await createCallerKinds({ owner: OWNER, other: OTHER });
  const gateway = createGateway({
    baseUrl: sandbox.url,
    authenticator,
    signIn,
    withoutCredential: PUBLIC,
    clock: { now: () => performance.now() + skippedMs, sleep: (ms) => delay(ms) },
    trustedProxies: 1,
    ...options,
    shopperAttributes: definitions,
  });
  const listener = overPort ? await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 }) : null;
  const send = (init: RequestInit): Promise<Response> =>
    listener === null
      ? Promise.resolve(gateway.app.yoga.fetch('http://gateway/graphql', init))
      : fetch(`${listener.url}/graphql`, init);
  const world: TargetRecords = {
    owner: OWNER,
    email: (await store.get(`/customers?id:in=${OWNER}`)).json.data[0].email,
    fresh: '',
    token: '',
    ...{ address: 0, value: 0, metafield: 0, doomed: 0, definition: 0 },
    ...(await newAddress(store, 'first')),
    ...(await newMetafield(store, 'first')),
  };
  return {
    doors: kinds,
    async recordsFor(root) {
      createdCount += 1;
      const fresh = `fresh-${createdCount}`;
      const begun = { customerEntityId: OWNER, channelId: 1, startedAt: signIn.now() };
      const { value: token } = await signIn.sign(signIn.begin(begun));
      return { ...world, fresh, token, ...(await CREATE_FOR[root]?.(store, fresh)) };
    },
    execute: (door, query) => execute({ sandbox, send }, door, query),
    async close() {
      await listener?.stop();
      await Promise.all([gateway.close(), sandbox.close(), close()]);
      await rm(dir, { recursive: true });
    },
  };
}

/** The API cannot create stored instruments: inserts one of each type and one of an unknown type. */
function insertInstruments(file: string): void {
  const database = new DatabaseSync(file);
  const insert = database.prepare('INSERT INTO stored_instruments (customer_id, instrument) VALUES (?, ?)');
  const card = { brand: 'visa', expiry_month: 1, expiry_year: 2030, last_4: '1111', billing_address: {} };
  const kinds = [
    { type: 'stored_card', ...card },
    { type: 'stored_paypal_account', email: 'payer@example.org' },
    { type: 'stored_bank_account', masked_account_number: '****1', issuer: 'Nordbank' },
    { type: 'stored_shells' },
  ];
  for (const kind of kinds)
    insert.run(OWNER, JSON.stringify({ token: 'secret', is_default: false, ...kind }));
  database.close();
}

async function createRecords(store: StoreClient) {
  const definitions = (await store.get('/customers/attributes')).json.data.map(
    ({ id }: { id: number }) => id,
  );
  await store.send('PUT', '/customers', [{ id: OWNER, store_credit_amounts: [{ amount: 5 }] }]);
  await store.send('PUT', '/customers/attribute-values', [
    { customer_id: OWNER, attribute_id: definitions[0], value: 'x' },
  ]);
  await store.send(
    'PUT',
    '/customers/form-field-values',
    [
      { name: 'Nickname', value: 'Nick' },
      { name: 'People in the household', value: 2 },
      { name: 'Interests', value: ['Cycling'] },
    ].map((field) => ({ customer_id: OWNER, ...field })),
  );
  return { definitions: definitions.map(String) as readonly string[] };
}

let createdCount = 0;
/** Skipped by the gateway's clock, so that the few calls of all callers without credentials suffice. */
let skippedMs = 0;

/** Creates new records for a mutation to change or delete. */
const CREATE_FOR: Readonly<
  Record<string, (store: StoreClient, fresh: string) => Promise<Partial<TargetRecords>>>
> = {
  'Mutation.updateCustomerAddresses': newAddress,
  'Mutation.deleteCustomerAddresses': newAddress,
  'Mutation.updateViewerAddresses': newAddress,
  'Mutation.deleteViewerAddresses': newAddress,
  'Mutation.updateCustomerMetafields': newMetafield,
  'Mutation.deleteCustomerMetafields': newMetafield,
  async 'Mutation.deleteCustomers'(store, fresh) {
    const doomed = { email: `${fresh}@example.org`, first_name: 'D', last_name: 'D' };
    return { doomed: idOf(await store.send('POST', '/customers', [doomed])) };
  },
  async 'Mutation.deleteCustomerAttributeValues'(store, value) {
    const values = [{ customer_id: OWNER, attribute_id: 2, value }];
    return { value: idOf(await store.send('PUT', '/customers/attribute-values', values)) };
  },
  async 'Mutation.deleteCustomerAttributeDefinitions'(store, name) {
    const definitions = [{ name, type: 'string' }];
    return { definition: idOf(await store.send('POST', '/customers/attributes', definitions)) };
  },
};

async function newAddress(store: StoreClient, address1: string): Promise<Partial<TargetRecords>> {
  const person = { customer_id: OWNER, first_name: 'A', last_name: 'B' };
  const address = { ...person, address1, city: 'D', country_code: 'GB' };
  return { address: idOf(await store.send('POST', '/customers/addresses', [address])) };
}

async function newMetafield(store: StoreClient, key: string): Promise<Partial<TargetRecords>> {
  const metafield = { namespace: 'matrix', key, value: 'v', permission_set: 'read' };
  return { metafield: idOf(await store.send('POST', `/customers/${OWNER}/metafields`, metafield)) };
}

function ipAddress(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

function idOf({ json }: StoreResponse): number {
  return [json.data].flat()[0].id;
}

async function execute(
  { sandbox, send }: { readonly sandbox: Sandbox; readonly send: (init: RequestInit) => Promise<Response> },
  door: CallerKind,
  query: string,
) {
  const credential = await door.credential();
  skippedMs += 60_000;
  sandbox.requests.clear();
  sandbox.ledger.clear();
  // Only a search reports failures of the store as data. The other part of the search answers.
  sandbox.faults.set(query.includes('failures') ? [FAILURE] : []);
  const headers = {
    accept: 'application/graphql-response+json',
    // A new client address each time, because failed logins are throttled by address.
    'x-forwarded-for': ipAddress(createdCount),
    ...(credential !== null && { authorization: `Bearer ${credential}` }),
  };
  const response = await send(jsonPost({ query }, headers));
  const body = (await response.json()) as Omit<AuthorizationResponse, 'status'>;
  const [calls, writes] = [sandbox.requests.list().length, sandbox.ledger.list().length];
  return { ...body, status: response.status, calls, writes };
}
