import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { listen } from '../../src/server/listen.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { jsonPost, post } from '../support/post.ts';
import { findRedisForTest } from '../support/redis-server.ts';
import { startStoreProxy } from '../support/store-proxy.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../support/two-replicas.ts';

const program = findRedisForTest('two gateways with a cache in Redis');
const READ = 'query ($id: Int!) { customer(by: { entityId: $id }) { company } }';
const LIST = '{ customers(first: 5) { nodes { entityId company } } }';
const WRITE = `mutation ($id: Int!, $company: String!) {
  updateCustomers(input: { customers: [{ entityId: $id, company: $company }] }) { results { outcome } }
}`;
const AGES = { withEventsMs: 60_000, withoutEventsMs: 60_000, consentMs: 0, ifErrorMs: 0 };
const PAST_THE_CACHE = { upstream: { maxAge: 0 } };
const CUSTOMERS = 3;

let replicas: TwoReplicas;
let sandbox: Sandbox;
let gateways: readonly [Gateway, Gateway];

/** A sequence of numbers in [0, 1) that is the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const pick = (random: () => number): Gateway => (random() < 0.5 ? gateways[0] : gateways[1]);

/** @param extensions of the request, to read past the cache */
async function readVersion(gateway: Gateway, id: number, extensions = {}): Promise<number> {
  const response = await post(gateway, { query: READ, variables: { id }, extensions });
  const { data } = (await response.json()) as { data: { customer: { company: string } } };
  return Number(data.customer.company.slice(1));
}

async function writeVersion(gateway: Gateway, id: number, version: number): Promise<void> {
  const { data } = await gateway.executeText(WRITE, { id, company: `v${version}` });
  expect(data.updateCustomers.results).toMatchObject([{ outcome: 'UPDATED' }]);
}

const readsOf = () => sandbox.requests.list().filter(({ method }) => method === 'GET').length;

describe.skipIf(program === null)('two gateways with a cache in Redis', () => {
  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
    sandbox = await startSandbox({ customers: 20, quota: 0, latencyMs: 3 });
    const start = (view: TwoReplicas['one']) =>
      createGateway({
        baseUrl: sandbox.url,
        accessToken: sandbox.token,
        replicas: view,
        cache: { ages: AGES, maxBytes: 10_000_000 },
      });
    gateways = [start(replicas.one), start(replicas.other)];
  });

  afterEach(async () => {
    for (const gateway of gateways) await gateway.close();
    await replicas.close();
    await sandbox.close();
  });

  test('what one has read costs the other no call', async () => {
    await writeVersion(gateways[0], 1, 1);
    expect(await readVersion(gateways[0], 1)).toBe(1);
    sandbox.requests.clear();
    expect(await readVersion(gateways[1], 1)).toBe(1);
    expect(readsOf()).toBe(0);
  });

  test('concurrent misses of both cost one call', async () => {
    await writeVersion(gateways[0], 1, 1);
    await readVersion(gateways[1], 2).catch(() => {});
    sandbox.requests.clear();
    const reads = Array.from({ length: 10 }, (_, index) => readVersion(gateways[index % 2 === 0 ? 0 : 1], 1));
    expect(await Promise.all(reads)).toEqual(Array(10).fill(1));
    expect(readsOf()).toBe(1);
  });

  test.each([1, 2, 3])(
    'no read that begins after an acknowledged write sees an older value, whichever wrote and reads: seed %i',
    { timeout: 120_000 },
    async (seed) => {
      const random = createRandom(seed);
      const acknowledged = Array<number>(CUSTOMERS + 1).fill(0);
      let versions = 0;
      for (let id = 1; id <= CUSTOMERS; id += 1) await writeVersion(gateways[0], id, 0);

      async function write(id: number): Promise<void> {
        for (let count = 0; count < 60; count += 1) {
          versions += 1;
          const version = versions;
          await writeVersion(pick(random), id, version);
          acknowledged[id] = version;
        }
      }

      let isWriting = true;
      async function read(): Promise<void> {
        while (isWriting) {
          const id = 1 + Math.floor(random() * CUSTOMERS);
          const gateway = pick(random);
          if (random() < 0.2) {
            const least = [...acknowledged];
            const { data } = await gateway.executeText(LIST);
            for (const { entityId, company } of data.customers.nodes) {
              const floor = least[entityId];
              if (floor !== undefined) expect(Number(company.slice(1))).toBeGreaterThanOrEqual(floor);
            }
          } else {
            const least = acknowledged[id] ?? 0;
            const extensions = random() < 0.5 ? PAST_THE_CACHE : {};
            expect(await readVersion(gateway, id, extensions)).toBeGreaterThanOrEqual(least);
          }
        }
      }

      const readers = Array.from({ length: 8 }, read);
      const writers = Array.from({ length: CUSTOMERS }, (_, index) => write(index + 1));
      await Promise.all(writers).finally(() => {
        isWriting = false;
      });
      await Promise.all(readers);
      // Both answer from the cache in the end, so the reads above did not simply miss it.
      for (const gateway of gateways) await readVersion(gateway, 1);
      sandbox.requests.clear();
      for (const gateway of gateways) expect(await readVersion(gateway, 1)).toBe(acknowledged[1]);
      expect(readsOf()).toBe(0);
    },
  );

  test('a read past the cache does not join one that began before a write of the other', async () => {
    const proxy = await startStoreProxy({ store: sandbox.url, paused: true });
    const behind = createGateway({
      ...{ baseUrl: proxy.url, accessToken: sandbox.token, replicas: replicas.connect() },
      cache: { ages: AGES, maxBytes: 10_000_000 },
    });
    const early = readVersion(behind, 1, PAST_THE_CACHE);
    await proxy.waitForCalls(1);
    await writeVersion(gateways[0], 1, 1);
    const late = readVersion(behind, 1, PAST_THE_CACHE);
    expect(await proxy.waitForCalls(2)).toHaveLength(2);
    proxy.resume();
    expect(await late).toBe(1);
    await early;
    await behind.close();
    await proxy.close();
  });

  test('a query does not join an equal one that began before a write of the other', async () => {
    const proxy = await startStoreProxy({ store: sandbox.url, paused: true });
    const behind = createGateway({
      // No call is repeated while it is held back.
      ...{
        baseUrl: proxy.url,
        accessToken: sandbox.token,
        replicas: replicas.connect(),
        timeoutMs: 3_600_000,
      },
      cache: { ages: AGES, maxBytes: 10_000_000 },
    });
    const listener = await listen(behind.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
    const query = 'query ($first: Int!) { customers(first: $first) { nodes { company } } }';
    const ask = async (first: number) =>
      (await fetch(`${listener.url}/graphql`, jsonPost({ query, variables: { first } }))).json();
    // Executions of a document that was validated before are shared.
    const first = ask(1);
    await proxy.waitForCalls(1);
    proxy.release();
    await first;
    const early = ask(2);
    await proxy.waitForCalls(1);
    await writeVersion(gateways[0], 1, 1);
    const late = ask(2);
    expect(await proxy.waitForCalls(2)).toHaveLength(2);
    proxy.resume();
    expect(await late).toMatchObject({ data: { customers: { nodes: [{ company: 'v1' }, {}] } } });
    await early;
    await listener.stop();
    await proxy.close();
  });

  test('while Redis is away both read the store, and what was kept before counts no more', async () => {
    await writeVersion(gateways[0], 1, 1);
    await readVersion(gateways[1], 1);
    await replicas.server.stop();
    await until(() => !replicas.one.isAvailable() && !replicas.other.isAvailable());
    await writeVersion(gateways[0], 1, 2);
    for (const gateway of gateways) expect(await readVersion(gateway, 1)).toBe(2);
    await replicas.server.start();
    await until(() => replicas.one.isAvailable() && replicas.other.isAvailable());
    for (const gateway of gateways) expect(await readVersion(gateway, 1)).toBe(2);
  });
});
