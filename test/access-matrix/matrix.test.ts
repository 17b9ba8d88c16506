import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { documentOf, routeTo } from './routes.ts';
import { openShop, type Shop } from './shop.ts';
import { type Row, table } from './table.ts';
import { expected, seen } from './verdicts.ts';

const rows = new Map(table.map((row) => [row.field, row]));
const fields = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
}, 60_000);

afterAll(() => shop.close());

test('the authorization table has exactly one row for every field of the schema', () => {
  expect(table.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
});

test.each(table)('$field: $scope, shoppers: $shopper', async ({ field }) => {
  const route = routeTo(field).map(rowOf);
  const [root = ''] = routeTo(field);
  const expectedVerdicts: Record<string, string> = {};
  const actualVerdicts: Record<string, string> = {};
  for (const door of shop.doors) {
    const answer = await shop.ask(door, documentOf(routeTo(field), await shop.worldFor(root)));
    const verdict = seen(route, answer);
    expectedVerdicts[door.name] = expected(route, door);
    actualVerdicts[door.name] = verdict;
    // A request that is rejected at its root makes no calls, and one without a visible result writes nothing.
    if (verdict === 'unauthenticated' || verdict === `refused at ${root}`) expect(answer.calls).toBe(0);
    if (verdict === 'nothing') expect(answer.writes).toBe(0);
  }
  expect(actualVerdicts).toEqual(expectedVerdicts);
});

function rowOf(field: string): Row {
  const row = rows.get(field);
  if (row === undefined) throw new Error(`the table has no row for ${field}`);
  return row;
}
