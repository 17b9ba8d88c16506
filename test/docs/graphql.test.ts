import { expect, test } from 'vitest';
import { graphqlBlocksOf, runBlocks } from './graphql-blocks.ts';
import { withOpenGateway } from './open-gateway.ts';
import { type Fence, fencesOf, PAGES } from './pages.ts';

const pages = PAGES.map((page) => ({ page, blocks: graphqlBlocksOf(fencesOf(page)) })).filter(
  ({ blocks }) => blocks.length > 0,
);

test.each(pages)('the gateway answers the graphql blocks of $page as the page says', async ({ blocks }) => {
  await withOpenGateway((url) => runBlocks(blocks, url));
});

test('a block fails if its answer is an error, an outcome or an empty list that no mark announces', async () => {
  await withOpenGateway(async (url) => {
    const run = (code: string, info = '') => runBlocks(graphqlBlocksOf([fence('graphql', code, info)]), url);
    await expect(run('{ customers(first: 300) { totalCount } }')).rejects.toThrow('BAD_USER_INPUT');
    await expect(run('{ customers(first: 300) { totalCount } }', 'FORBIDDEN')).rejects.toThrow();
    await run('{ customers(first: 300) { totalCount } }', 'BAD_USER_INPUT');
    await expect(run('{ customer(by: { entityId: 99999 }) { email } }')).rejects.toThrow('shows nothing');
    await expect(
      run('{ customers(filter: { emails: ["x@example.org"] }) { nodes { email } } }'),
    ).rejects.toThrow('shows nothing');
    await expect(
      run('mutation { deleteCustomers(input: { entityIds: [99999] }) { results { outcome } } }'),
    ).rejects.toThrow('FAILED');
    await expect(
      run('mutation { deleteCustomers(input: { entityIds: [99999] }) { summary { failed } } }'),
    ).rejects.toThrow('no outcome is selected');
  });
});

test('an answer that a page shows is compared with the answer of the gateway', async () => {
  await withOpenGateway(async (url) => {
    const query = fence('graphql', '{ customer(by: { entityId: 2 }) { firstName } }');
    const shown = (name: string) => {
      const code = JSON.stringify({ data: { customer: { firstName: name } } });
      return { ...fence('json', code), marks: new Map([['answer', '']]) };
    };
    await runBlocks(graphqlBlocksOf([query, shown('Femke')]), url);
    await expect(runBlocks(graphqlBlocksOf([query, shown('Femme')]), url)).rejects.toThrow('Femke');
  });
});

function fence(language: string, code: string, fails = ''): Fence {
  const marks = new Map(fails === '' ? [] : [['fails', fails] as const]);
  return { place: 'x.md:1', page: 'x.md', language, marks, code };
}
