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

test('a request that the gateway refuses makes its block fail', async () => {
  const code =
    'curl http://127.0.0.1:4000/graphql -H \'content-type: application/json\' -d \'{"query": "{ x }"}\'';
  const block: Fence = { place: 'x.md:1', page: 'x.md', language: 'sh', marks: new Map(), code };
  expect(isExecutable(block)).toBe(true);
  await expect(runShellBlock(block)).rejects.toThrow();
});
