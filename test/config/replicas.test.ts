import { expect, test } from 'vitest';
import { type Config, parseConfig } from '../../src/config/index.ts';

type Environment = Readonly<Record<string, string>>;

const OLD_KEY = Buffer.alloc(32, 1);
const NEW_KEY = Buffer.alloc(32, 2);
const KEYS = `2026:${NEW_KEY.toString('base64')}, 2025:${OLD_KEY.toString('base64url')}`;
const REDIS: Environment = { REDIS_URL: 'redis://127.0.0.1:6379', REDIS_ENCRYPTION_KEYS: KEYS };

function replicasOf(environment: Environment): Config['replicas'] {
  const parsed = parseConfig(environment);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.config.replicas;
}

function problemsOf(environment: Environment): readonly string[] {
  const parsed = parseConfig(environment);
  return 'problems' in parsed ? parsed.problems : [];
}

test('without REDIS_URL a process shares nothing', () => {
  expect(replicasOf({})).toBeNull();
  expect(replicasOf({ REDIS_URL: '', REDIS_ENCRYPTION_KEYS: '' })).toBeNull();
});

test('encryption keys are listed in their order, with a quarter as the default share', () => {
  expect(replicasOf(REDIS)).toEqual({
    redisUrl: 'redis://127.0.0.1:6379',
    encryptionKeys: [
      { id: '2026', key: NEW_KEY },
      { id: '2025', key: OLD_KEY },
    ],
    quotaShare: 0.25,
  });
});

test.each([
  'redis://redis.example',
  'rediss://user:word@redis.example:6380/2',
  'valkey://10.0.0.1',
  'valkeys://[::1]:6379',
])('%s is the URL of a server', (url) => {
  expect(replicasOf({ ...REDIS, REDIS_URL: url })).toMatchObject({ redisUrl: url });
});

test.each([
  '127.0.0.1:6379',
  'http://redis.example',
  'redis://',
  'redis:///1',
  'redis://redis.example/first',
])('%s is no URL of a server', (url) => {
  expect(problemsOf({ ...REDIS, REDIS_URL: url })).toEqual([
    'REDIS_URL is not a redis, rediss, valkey or valkeys URL',
  ]);
});

test('REDIS_URL without an encryption key is refused, and the other way round', () => {
  expect(problemsOf({ REDIS_URL: 'redis://127.0.0.1' })).toEqual([
    'REDIS_ENCRYPTION_KEYS is missing, although REDIS_URL is set',
  ]);
  expect(problemsOf({ REDIS_ENCRYPTION_KEYS: KEYS })).toEqual([
    'REDIS_URL is missing, although REDIS_ENCRYPTION_KEYS is set',
  ]);
});

test.each([
  ['text', OLD_KEY.toString('base64')],
  ['a short key', `1:${Buffer.alloc(31).toString('base64')}`],
  ['an id with a space', `a b:${OLD_KEY.toString('base64')}`],
  ['an empty entry', `${KEYS},`],
])('%s is no list of encryption keys, and is not quoted', (_what, keys) => {
  const problems = problemsOf({ ...REDIS, REDIS_ENCRYPTION_KEYS: keys });
  expect(problems).toEqual([
    'REDIS_ENCRYPTION_KEYS is not a list of id:key, where each key is 32 bytes in base64',
  ]);
});

test('replicas with the same last encryption key have the same key of hashes', () => {
  const hashKeyOf = (environment: Environment) => {
    const parsed = parseConfig(environment);
    return 'config' in parsed ? parsed.config.hashKey : null;
  };
  const rotated = { ...REDIS, REDIS_ENCRYPTION_KEYS: `2025:${OLD_KEY.toString('base64')}` };
  expect(hashKeyOf(REDIS)).toMatch(/^[\w-]{43}$/);
  expect(hashKeyOf(rotated)).toBe(hashKeyOf(REDIS));
  expect(hashKeyOf({ ...REDIS, GATEWAY_HASH_KEY: 'x'.repeat(32) })).toBe('x'.repeat(32));
  expect(hashKeyOf({})).toBeNull();
});

test('two keys with one id are refused', () => {
  const keys = `1:${OLD_KEY.toString('base64')},1:${NEW_KEY.toString('base64')}`;
  expect(problemsOf({ ...REDIS, REDIS_ENCRYPTION_KEYS: keys })).toEqual([
    'REDIS_ENCRYPTION_KEYS names two keys with the same id',
  ]);
});

test.each(['0', '1.5', '-1', 'half', '0.0'])('%s is no share of the quota', (share) => {
  expect(problemsOf({ ...REDIS, QUOTA_SHARE: share })).toEqual([
    'QUOTA_SHARE is not a number above 0 and at most 1',
  ]);
  expect(replicasOf({ ...REDIS, QUOTA_SHARE: '0.5' })).toMatchObject({ quotaShare: 0.5 });
});

test('all problems of the variables are reported at once', () => {
  expect(problemsOf({ REDIS_URL: 'redis.example', QUOTA_SHARE: '2', PORT: 'x' })).toEqual([
    'PORT is not a whole number',
    'REDIS_URL is not a redis, rediss, valkey or valkeys URL',
    'QUOTA_SHARE is not a number above 0 and at most 1',
    'REDIS_ENCRYPTION_KEYS is missing, although REDIS_URL is set',
  ]);
});
