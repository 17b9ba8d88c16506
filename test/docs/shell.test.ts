import { expect, test } from 'vitest';
import { FENCES, type Fence } from './pages.ts';
import { isExecutable, runShellBlock } from './shell-blocks.ts';

const blocks = FENCES.filter(isExecutable);

test.each(blocks)('the commands of $place do what the page says', async (block) => {
  await runShellBlock(block);
});

test('README.md shows a request that is sent', () => {
  expect(blocks.map(({ page }) => page)).toContain('README.md');
});

test.each(['docs/observing.md', 'docs/quick-start.md', 'docs/scaling.md'])(
  '%s shows variables that the gateway is started with',
  (page) => {
    const started = blocks.filter(({ code }) => !code.includes('curl'));
    expect(started.map((block) => block.page)).toContain(page);
  },
);

test.each([
  ['a variable that the gateway refuses', 'GATEWAY_AUTH=perhaps npm start'],
  [
    'variables alone that the gateway refuses',
    'REDIS_ENCRYPTION_KEYS=short\nREDIS_URL=rediss://redis.internal:6380',
  ],
  ['a store whose credentials are incomplete', 'BIGCOMMERCE_STORE_HASH=abc123 GATEWAY_AUTH=none npm start'],
])('%s makes its block fail', async (_, code) => {
  const block: Fence = { place: 'x.md:1', page: 'x.md', language: 'sh', marks: new Map(), code };
  expect(isExecutable(block)).toBe(true);
  await expect(runShellBlock(block)).rejects.toThrow('the gateway ended');
});

test('a request that the gateway refuses makes its block fail', async () => {
  const code =
    'curl http://127.0.0.1:4000/graphql -H \'content-type: application/json\' -d \'{"query": "{ x }"}\'';
  const block: Fence = { place: 'x.md:1', page: 'x.md', language: 'sh', marks: new Map(), code };
  expect(isExecutable(block)).toBe(true);
  await expect(runShellBlock(block)).rejects.toThrow();
});
