import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathDocument, pathTo, typeOf } from './field-paths.ts';
import { type AuthorizationSetup, startSetup } from './setup.ts';
import { AUTHORIZATION_RULES, rowOf } from './table.ts';
import { actualVerdict, expectedVerdict } from './verdicts.ts';

let shop: AuthorizationSetup;
beforeAll(async () => {
  shop = await startSetup({ overPort: true });
}, 60_000);
afterAll(() => shop.close());

const reads = AUTHORIZATION_RULES.filter(({ field }) => typeOf(pathTo(field)[0] ?? '') !== 'Mutation');

// The fast path takes documents that were valid before, and keeps plans of them for all callers.
test.each(reads)('the fast path has the same verdicts on $field', async ({ field }) => {
  const route = pathTo(field).map(rowOf);
  const [root = ''] = pathTo(field);
  const document = pathDocument(pathTo(field), await shop.recordsFor(root));
  const expected: Record<string, string> = {};
  const actual: Record<string, string> = {};
  for (const door of [...shop.doors, ...shop.doors.toReversed()]) {
    const answer = await shop.execute(door, document);
    expected[door.name] = expectedVerdict(route, door);
    actual[door.name] = actualVerdict(route, answer, door);
    if (actual[door.name] === `refused at ${root}`) expect(answer.calls).toBe(0);
  }
  expect(actual).toEqual(expected);
});
