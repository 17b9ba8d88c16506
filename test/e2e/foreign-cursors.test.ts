import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, type Gateway, startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
/** The same records behind a gateway for another store. */
let otherShop: Gateway;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 40 });
  const { url, token } = shop.sandbox;
  otherShop = createGateway({ baseUrl: url, accessToken: token, storeHash: 'other' });
});
afterAll(async () => {
  await otherShop.close();
  await shop.close();
});

/** Lists with their arguments, each of which has its own cursors. */
const LISTS: readonly (readonly [field: string, args: string])[] = [
  ['customers', ''],
  ['customers', 'sort: CREATED_AT_ASC'],
  ['customers', 'sort: UPDATED_AT_ASC'],
  ['customers', 'sort: LAST_NAME_ASC'],
  ['customers', 'filter: { createdAt: { min: "2000-01-01" } }'],
  ['customers', 'filter: { entityIds: [1, 2, 3, 4, 5] }'],
  ['customers', 'filter: { entityIds: [1, 2, 3, 4, 5] }, sort: LAST_NAME_ASC'],
  ['customerAddresses', ''],
  ['customerAddresses', 'filter: { customerEntityIds: [1, 2, 3, 4] }'],
  ['customerAttributeValues', ''],
  ['customerMetafields', ''],
  ['customerMetafields', 'direction: DESC'],
  ['formFieldValues', ''],
];

const queryOf = (field: string, args: string, place: string) =>
  `{ list: ${field}(${args} ${place}) { nodes { __typename } pageInfo { endCursor } } }`;

async function cursorOf(field: string, args: string): Promise<string> {
  const { data, errors } = await shop.executeText(queryOf(field, args, 'first: 2'));
  expect(errors).toEqual([]);
  return data.list.pageInfo.endCursor;
}

async function expectRejected(gateway: Pick<Gateway, 'executeText'>, query: string, argument: string) {
  shop.calls();
  const { data, errors } = await gateway.executeText(query);
  expect(data).toEqual({ list: null });
  expect(errors).toMatchObject([
    {
      message: `${argument}: is not a cursor of this list with this filter and sort, in this store.`,
      extensions: { code: 'BAD_USER_INPUT', argument },
    },
  ]);
  expect(shop.calls()).toEqual([]);
}

describe.each(LISTS)('a cursor of %s(%s)', (field, args) => {
  test('is accepted by its own list', async () => {
    const { errors } = await shop.executeText(
      queryOf(field, args, `first: 2, after: "${await cursorOf(field, args)}"`),
    );
    expect(errors).toEqual([]);
  });

  test('is rejected without a call in another store', async () => {
    const cursor = await cursorOf(field, args);
    await expectRejected(otherShop, queryOf(field, args, `first: 2, after: "${cursor}"`), 'after');
    await expectRejected(otherShop, queryOf(field, args, `last: 2, before: "${cursor}"`), 'before');
  });

  test('is rejected without a call by every other list, filter and sort', async () => {
    const cursor = await cursorOf(field, args);
    for (const [otherField, otherArgs] of LISTS) {
      if (otherField === field && otherArgs === args) continue;
      await expectRejected(shop, queryOf(otherField, otherArgs, `first: 2, after: "${cursor}"`), 'after');
    }
  });
});

test('a cursor of one customer is rejected by the lists of another', async () => {
  const { data } = await shop.executeText(
    '{ customers { nodes { entityId addresses(first: 1) { pageInfo { endCursor } } } } }',
  );
  type Found = { entityId: number; addresses: { pageInfo: { endCursor: string | null } } };
  const owner: Found = data.customers.nodes.find((each: Found) => each.addresses.pageInfo.endCursor !== null);
  const { errors } = await shop.executeText(
    `{ customer(by: { entityId: ${owner.entityId + 1} }) { addresses(after: "${owner.addresses.pageInfo.endCursor}") { nodes { city } } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
});
