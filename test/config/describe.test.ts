import { expect, test } from 'vitest';
import { describeConfig } from '../../src/config/describe.ts';
import { configFrom } from '../support/gateway.ts';

const CANARY = 'canary0canary0canary0canary0canary0';
const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

test('the described configuration contains no secret', () => {
  const real = configFrom({
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: CANARY,
    BIGCOMMERCE_API_URL: `https://store.example/${CANARY}/v3`,
    BIGCOMMERCE_CLIENT_ID: 'client',
    BIGCOMMERCE_CLIENT_SECRET: CANARY,
    GATEWAY_HASH_KEY: CANARY,
    SHOPPER_TOKEN_KEYS: CANARY,
    OIDC_ISSUER: `https://id.example/${CANARY}`,
    OIDC_AUDIENCE: 'gateway',
    OIDC_JWKS_URL: `https://id.example/keys?key=${CANARY}`,
    REDIS_URL: `rediss://gateway:${CANARY}@redis.example:6380`,
    REDIS_ENCRYPTION_KEYS: `2026:${ENCRYPTION_KEY}`,
  });
  const sandbox = configFrom({
    SANDBOX_TOKEN: CANARY,
    SANDBOX_WEBHOOK_URL: `https://shop.example/${CANARY}`,
  });
  for (const config of [real, sandbox]) {
    expect(JSON.stringify(config)).toContain(CANARY);
    expect(JSON.stringify(describeConfig(config))).not.toContain(CANARY);
    expect(JSON.stringify(describeConfig(config))).not.toContain(ENCRYPTION_KEY);
  }
  expect(describeConfig(real)).toMatchObject({
    operationMaxCalls: 500,
    store: { kind: 'bigcommerce', apiUrl: 'https://store.example' },
    hashKey: 'configured',
    access: { platform: { clientId: 'client' } },
    signIn: { isPublic: false, keys: 'in SHOPPER_TOKEN_KEYS' },
    replicas: { redis: 'redis.example:6380', encryptionKeys: ['2026'], quotaShare: 0.25 },
  });
});

test('API keys in the environment are described by where they are', () => {
  const keys = JSON.stringify({ keys: [] });
  const config = configFrom({ GATEWAY_KEYS: keys });
  expect(describeConfig(config)).toMatchObject({ access: { keys: 'in GATEWAY_KEYS' } });
});
