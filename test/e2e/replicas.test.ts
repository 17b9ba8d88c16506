import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Authenticator } from '../../src/access/authenticator.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { keyWith } from '../support/callers.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';
import { findRedisForTest } from '../support/redis-server.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../support/two-replicas.ts';

const program = findRedisForTest('two gateways with Redis');
const QUERY = '{ customers(first: 1) { nodes { entityId } } }';
const CHECK =
  'mutation ($input: ValidateCustomerCredentialsInput!) { validateCustomerCredentials(input: $input) { isValid } }';

describe.skipIf(program === null)('two gateways with Redis', () => {
  let replicas: TwoReplicas;
  let sandbox: Sandbox;
  let gateways: readonly [Gateway, Gateway];

  const start = (authenticator: Authenticator | null): readonly [Gateway, Gateway] => {
    const options = { baseUrl: sandbox.url, accessToken: sandbox.token, authenticator };
    return [
      createGateway({ ...options, replicas: replicas.one }),
      createGateway({ ...options, replicas: replicas.other }),
    ];
  };

  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
    sandbox = await startSandbox({ customers: 20 });
    gateways = start(null);
  });

  afterEach(async () => {
    for (const gateway of gateways) await gateway.close();
    await replicas.close();
    await sandbox.close();
  });

  test('charge the budget of a caller together', async () => {
    const caller = { ...keyWith('customers:read'), callsPerMinute: 4 };
    const answers: unknown[] = [];
    for (let requests = 0; requests < 6; requests += 1) {
      const { errors } = await gateways[requests % 2 === 0 ? 0 : 1].as(caller).executeText(QUERY);
      answers.push(errors[0]?.extensions.code ?? 'answered');
    }
    expect(answers.slice(0, 4)).toEqual(Array(4).fill('answered'));
    expect(answers.slice(4)).toEqual(Array(2).fill('OPERATION_TOO_EXPENSIVE'));
  });

  test('count wrong passwords of a customer together', async () => {
    const caller = keyWith('customers:read', 'credentials:validate');
    const check = async (index: 0 | 1) => {
      const input = { email: 'ana@example.org', password: 'wrong' };
      const { data, errors } = await gateways[index].as(caller).executeText(CHECK, { input });
      return errors[0]?.extensions.code ?? data.validateCustomerCredentials.isValid;
    };
    for (let attempts = 0; attempts < 6; attempts += 1)
      expect(await check(attempts % 2 === 0 ? 0 : 1)).toBe(false);
    expect(await check(0)).toBe('TOO_MANY_ATTEMPTS');
    expect(await check(1)).toBe('TOO_MANY_ATTEMPTS');
  });

  test('count failed logins together', async () => {
    const strict = start({ authenticate: async () => null });
    const login = async (index: 0 | 1) => {
      const request = jsonPost({ query: QUERY }, { authorization: 'Bearer wrong' });
      return (await strict[index].app.yoga.fetch('http://gateway/graphql', request)).status;
    };
    const statuses: number[] = [];
    for (let attempts = 0; attempts < 8; attempts += 1)
      statuses.push(await login(attempts % 2 === 0 ? 0 : 1));
    for (const gateway of strict) await gateway.close();
    expect(statuses).toEqual([...Array(6).fill(401), 429, 429]);
  });

  test('say degraded while Redis is away, answer all the same, and are ready when it is back', async () => {
    const caller = keyWith('customers:read', 'metrics:read');
    const read = async (path: string) =>
      (await gateways[0].app.yoga.fetch(`http://gateway${path}`, {}, { caller })).text();
    await gateways[0].as(caller).executeText(QUERY);
    await until(() => replicas.one.isAvailable());
    expect(JSON.parse(await read('/health/ready'))).toMatchObject({ status: 'ready', reasons: [] });
    await replicas.server.stop();
    await until(() => !replicas.one.isAvailable());
    expect((await gateways[0].as(caller).executeText(QUERY)).errors).toEqual([]);
    expect(JSON.parse(await read('/health/ready'))).toMatchObject({
      status: 'degraded',
      reasons: ['Redis cannot be used'],
    });
    expect(await read('/metrics')).toContain('gateway_redis_unavailable 1');
    await replicas.server.start();
    await until(() => replicas.one.isAvailable());
    expect(JSON.parse(await read('/health/ready'))).toMatchObject({ status: 'ready' });
    expect(await read('/metrics')).toContain('gateway_redis_unavailable 0');
  });
});
