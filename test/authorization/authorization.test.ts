import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { pathDocument, pathTo } from './field-paths.ts';
import { type AuthorizationSetup, startSetup } from './setup.ts';
import { AUTHORIZATION_RULES, rowOf } from './table.ts';
import { actualVerdict, expectedVerdict } from './verdicts.ts';

const fields = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

let shop: AuthorizationSetup;

beforeAll(async () => {
  shop = await startSetup();
}, 60_000);

afterAll(() => shop.close());

test('the authorization table has exactly one row for every field of the schema', () => {
  expect(AUTHORIZATION_RULES.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
});

test.each(AUTHORIZATION_RULES)('$field: $scope, shoppers: $shopper', async ({ field }) => {
  const route = pathTo(field).map(rowOf);
  const [root = ''] = pathTo(field);
  const expectedVerdicts: Record<string, string> = {};
  const actualVerdicts: Record<string, string> = {};
  for (const door of shop.doors) {
    const answer = await shop.execute(door, pathDocument(pathTo(field), await shop.recordsFor(root)));
    const verdict = actualVerdict(route, answer, door);
    expectedVerdicts[door.name] = expectedVerdict(route, door);
    actualVerdicts[door.name] = verdict;
    // A request that is rejected at its root makes no calls, and one without a visible result writes nothing.
    if (verdict === 'unauthenticated' || verdict === `refused at ${root}`) expect(answer.calls).toBe(0);
    if (verdict === 'nothing') expect(answer.writes).toBe(0);
  }
  expect(actualVerdicts).toEqual(expectedVerdicts);
});
