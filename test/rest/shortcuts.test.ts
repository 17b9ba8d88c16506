import { expect, test } from 'vitest';
import { type ErrorCode, GatewayError } from '../../src/errors.ts';
import { createShortcuts } from '../../src/rest/shortcuts.ts';

/** Shortcuts with a clock that the test sets, and a log of the reads. */
function setUp() {
  let time = 0;
  const reads: string[] = [];
  const shortcuts = createShortcuts(() => time);
  return {
    reads,
    shortcuts,
    advance(ms: number) {
      time += ms;
    },
    take(shortcut: () => Promise<string>): Promise<string> {
      const read = () => {
        reads.push('shortcut');
        return shortcut();
      };
      return shortcuts.take('metafield-list', read, async () => {
        reads.push('otherwise');
        return 'by the other way';
      });
    },
  };
}

const failing = (code: ErrorCode) => () => Promise.reject(new GatewayError(code, 'No.'));

test('a shortcut that succeeds is the only read', async () => {
  const { reads, take } = setUp();
  expect(await take(async () => 'found')).toBe('found');
  expect(reads).toEqual(['shortcut']);
});

test.each<ErrorCode>([
  'UPSTREAM_FORBIDDEN',
  'UPSTREAM_REJECTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
])('a shortcut that fails with %s is replaced, and not tried again for a minute', async (code) => {
  const { reads, shortcuts, take, advance } = setUp();
  expect(await take(failing(code))).toBe('by the other way');
  advance(59_999);
  expect(shortcuts.failureOf('metafield-list')).toMatchObject({ code });
  expect(await take(async () => 'found')).toBe('by the other way');
  advance(1);
  expect(await take(async () => 'found')).toBe('found');
  expect(reads).toEqual(['shortcut', 'otherwise', 'otherwise', 'shortcut']);
});

test.each<ErrorCode>([
  'UPSTREAM_UNAUTHENTICATED',
  'UPSTREAM_RATE_LIMITED',
  'OPERATION_TOO_EXPENSIVE',
  'BAD_USER_INPUT',
])('a shortcut that fails with %s is not replaced: the other way would fail too', async (code) => {
  const { reads, shortcuts, take } = setUp();
  await expect(take(failing(code))).rejects.toMatchObject({ code });
  expect(reads).toEqual(['shortcut']);
  expect(shortcuts.failureOf('metafield-list')).toBeNull();
});

test('the failure of one shortcut does not affect another', async () => {
  const { shortcuts, take } = setUp();
  await take(failing('UPSTREAM_FORBIDDEN'));
  expect(shortcuts.failureOf('metafield-by-id')).toBeNull();
});
