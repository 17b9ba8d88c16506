import { describe, expect, test } from 'vitest';
import { SCOPES } from '../../../src/access/caller.ts';
import { createKeyLookup, generateKey, parseKeys } from '../../../src/access/keys/api-keys.ts';
import { createTestKey, keyFileContent } from '../../support/api-keys.ts';

test('a key has the prefix gfbc_ and 256 random bits', () => {
  expect(generateKey()).toMatch(/^gfbc_[A-Za-z0-9_-]{43}$/);
  expect(new Set(Array.from({ length: 100 }, generateKey)).size).toBe(100);
});

describe('a key lookup', () => {
  const shop = createTestKey('shop', {
    scopes: ['customers:read'],
    lane: 'interactive',
    callsPerMinute: 600,
  });
  const sync = createTestKey('sync');
  const find = createKeyLookup([shop.stored, sync.stored]);

  test('returns the caller with the scopes, the lane and the budget of its key', () => {
    expect(find(shop.key)).toEqual({
      kind: 'key',
      name: 'shop',
      scopes: new Set(['customers:read']),
      customerEntityId: null,
      lane: 'interactive',
      callsPerMinute: 600,
    });
    expect(find(sync.key)?.name).toBe('sync');
  });

  test('finds each of many keys', () => {
    const many = Array.from({ length: 500 }, (_, index) => createTestKey(`key-${index}`));
    const findAmong = createKeyLookup(many.map(({ stored }) => stored));
    expect(many.map(({ key }) => findAmong(key)?.name)).toEqual(many.map(({ stored }) => stored.name));
    expect(findAmong(shop.key)).toBeNull();
  });

  test.each([
    ['another key', generateKey()],
    ['a truncated key', shop.key.slice(0, -1)],
    ['a key with a suffix', `${shop.key}A`],
    ['a key in upper case', shop.key.toUpperCase()],
    ['the hash of a key', shop.stored.sha256],
    ['an empty string', ''],
  ])('returns null for %s', (_what, key) => {
    expect(find(key)).toBeNull();
  });
});

describe('the content of a key file', () => {
  const { stored } = createTestKey('shop');
  const { createdAt: _, lane: __, callsPerMinute: ___, ...least } = stored;

  test('can omit the lane, the budget and the timestamp', () => {
    expect(parseKeys(JSON.stringify({ keys: [least] }), 'keys.json')).toEqual({
      keys: [{ ...least, lane: 'standard', callsPerMinute: null, createdAt: null }],
    });
  });

  test('can contain no keys, as after the last one was revoked', () => {
    expect(parseKeys('{"keys":[]}', 'keys.json')).toEqual({ keys: [] });
  });

  test.each<[unknown, string]>([
    [[], 'keys.json is not an object'],
    [{}, 'keys.json: keys is not a list'],
    [{ keys: [], key: 'x' }, 'keys.json contains an unknown field beside `keys`'],
    [{ keys: ['x'] }, 'keys.json: keys[0] is not a key'],
    [
      { keys: [{ ...stored, name: 'a:b' }] },
      'keys.json: keys[0].name is not a name: up to 64 letters, digits, dots, dashes and underscores',
    ],
    [{ keys: [{ ...stored, name: undefined }] }, 'keys.json: keys[0].name is not a string'],
    [
      { keys: [{ ...stored, sha256: generateKey() }] },
      'keys.json: keys[0].sha256 is not 64 hexadecimal digits',
    ],
    [{ keys: [{ ...stored, scopes: [] }] }, 'keys.json: keys[0].scopes contains no scope'],
    [
      { keys: [{ ...stored, scopes: ['customers:reed'] }] },
      `keys.json: keys[0].scopes[0] is not one of the scopes ${SCOPES.join(', ')}`,
    ],
    [
      { keys: [{ ...stored, lane: 'fast' }] },
      'keys.json: keys[0].lane is not one of: interactive, standard, bulk',
    ],
    [{ keys: [{ ...stored, callsPerMinute: 0 }] }, 'keys.json: keys[0].callsPerMinute is not 1 or more'],
    [
      { keys: [{ ...stored, callsPerMinute: '9' }] },
      'keys.json: keys[0].callsPerMinute is not a whole number',
    ],
    [{ keys: [{ ...stored, scope: [] }] }, 'keys.json: keys[0] contains an unknown field'],
    [{ keys: [stored, { ...stored, sha256: '0'.repeat(64) }] }, 'keys.json: keys[1].name is a duplicate'],
    [{ keys: [stored, { ...stored, name: 'b' }] }, 'keys.json: keys[1] is a duplicate'],
  ])('like %j is rejected with one problem', (document, problem) => {
    expect(parseKeys(JSON.stringify(document), 'keys.json')).toEqual({ problems: [problem] });
  });

  test('is rejected with all its problems, without values', () => {
    const secret = generateKey();
    const bad = { name: secret, sha256: secret, scopes: [secret], lane: secret, [secret]: secret };
    const parsed = parseKeys(JSON.stringify({ keys: [bad, 5] }), 'keys.json');
    expect(parsed).toMatchObject({ problems: { length: 6 } });
    expect(JSON.stringify(parsed)).not.toContain(secret);
  });

  test('that is not JSON is rejected without quoting it', () => {
    expect(parseKeys(`{"keys": [${generateKey()}`, 'keys.json')).toEqual({
      problems: ['keys.json is not JSON'],
    });
    expect(parseKeys(keyFileContent(), 'keys.json')).toEqual({ keys: [] });
  });
});
