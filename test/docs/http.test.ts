import { expect, test } from 'vitest';
import { OPERATIONS, type OperationId } from '../../src/rest/operations.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { restCallOf, runHttpBlock } from './http-blocks.ts';
import { FENCES, fencesOf, readPage } from './pages.ts';

const MIGRATION = 'docs/migrating-from-rest.md';
const pages = [...new Set(FENCES.filter(({ language }) => language === 'http').map(({ page }) => page))];

test.each(pages)('the sandbox store accepts the REST calls of %s', async (page) => {
  const sandbox = await startSandbox({ quota: 0 });
  try {
    for (const block of fencesOf(page).filter(({ language }) => language === 'http'))
      await runHttpBlock(block, sandbox);
  } finally {
    await sandbox.close();
  }
});

test('the page about REST has a section for each operation, with its call and a GraphQL operation', () => {
  const sections = readPage(MIGRATION).split(/^### /m).slice(1);
  const ids = sections.map((section) => section.slice(0, section.indexOf('\n')));
  expect(ids.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  for (const [index, id] of ids.entries()) {
    const fences = fencesOf(id, sections[index]);
    expect(fences.map(({ language }) => language)).toEqual(['http', 'graphql']);
    const call = restCallOf(fences[0] ?? expect.unreachable());
    const { method, path } = OPERATIONS[id as OperationId];
    expect(call.method, id).toBe(method);
    const [called = ''] = call.path.split('?');
    expect(called, id).toMatch(new RegExp(`^${path.replaceAll(/\{\w+\}/g, '\\d+')}$`));
  }
});
