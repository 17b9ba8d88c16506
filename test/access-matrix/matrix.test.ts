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

test('the table has a row for every field, and for nothing else', () => {
  expect(table.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
});

test.each(table)('$field: $scope, shoppers: $shopper', async ({ field }) => {
  const route = routeTo(field).map(rowOf);
  const [root = ''] = routeTo(field);
  const inTable: Record<string, string> = {};
  const inFact: Record<string, string> = {};
  for (const door of shop.doors) {
    const answer = await shop.ask(door, documentOf(routeTo(field), await shop.worldFor(root)));
    const verdict = seen(route, answer);
    inTable[door.name] = expected(route, door);
    inFact[door.name] = verdict;
    // Whoever is turned away at the first door costs nothing, and nobody who gets nothing has changed something.
    if (verdict === 'locked out' || verdict === `refused at ${root}`) expect(answer.calls).toBe(0);
    if (verdict === 'nothing') expect(answer.writes).toBe(0);
  }
  expect(inFact).toEqual(inTable);
});

function rowOf(field: string): Row {
  const row = rows.get(field);
  if (row === undefined) throw new Error(`the table has no row for ${field}`);
  return row;
}
