import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathDocument, pathTo, typeOf } from './field-paths.ts';
import { type AuthorizationSetup, startSetup } from './setup.ts';
import { AUTHORIZATION_RULES, rowOf } from './table.ts';
import { actualVerdict, expectedVerdict } from './verdicts.ts';

const ONE_HOUR_MS = 3_600_000;

let shop: AuthorizationSetup;

beforeAll(async () => {
  const ages = {
    withEventsMs: ONE_HOUR_MS,
    withoutEventsMs: ONE_HOUR_MS,
    consentMs: ONE_HOUR_MS,
    ifErrorMs: 0,
  };
  shop = await startSetup({ cache: { ages, maxBytes: 64_000_000 } });
}, 60_000);

afterAll(() => shop.close());

// A failure of the store shows only if the store is asked.
const reads = AUTHORIZATION_RULES.filter(
  ({ field }) => typeOf(pathTo(field)[0] ?? '') !== 'Mutation' && typeOf(field) !== 'CustomerSearchFailure',
);

// What a caller with every scope has read must not open anything to the others.
test.each(reads)('a warm cache changes no verdict on $field', async ({ field }) => {
  const route = pathTo(field).map(rowOf);
  const [root = ''] = pathTo(field);
  const document = pathDocument(pathTo(field), await shop.recordsFor(root));
  const [widest] = shop.doors.toSorted(
    (one, other) => (other.scopes?.length ?? 0) - (one.scopes?.length ?? 0),
  );
  if (widest === undefined) throw new Error('there is no caller');
  await shop.execute(widest, document);
  const expected: Record<string, string> = {};
  const actual: Record<string, string> = {};
  for (const door of shop.doors) {
    expected[door.name] = expectedVerdict(route, door);
    actual[door.name] = actualVerdict(route, await shop.execute(door, document), door);
  }
  expect(actual).toEqual(expected);
});

test('the cache was warm', async () => {
  const path = pathTo('Customer.firstName');
  const document = pathDocument(path, await shop.recordsFor(path[0] ?? ''));
  const answers = await Promise.all(shop.doors.map((door) => shop.execute(door, document)));
  expect(answers.map(({ calls }) => calls)).toEqual(shop.doors.map(() => 0));
});
