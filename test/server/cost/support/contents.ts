import type { Json } from '../../../sandbox/support/store-client.ts';
import type { startGatewayOnSandbox } from '../../../support/gateway.ts';
import type { StoreContents } from '../../../support/random-operation.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

const LISTS = [
  'customers',
  'customerAddresses',
  'customerAttributeValues',
  'formFieldValues',
  'customerMetafields',
];

/** What operations on a gateway's store can refer to. */
export async function contentsOf(gateway: Running, customers: number): Promise<StoreContents> {
  const { url, token } = gateway.sandbox;
  const headers = { 'x-auth-token': token };
  const read = async (path: string): Promise<Json> =>
    (await fetch(`${url}${path}?limit=9`, { headers })).json();
  const { data } = await gateway.executeText(
    `{ ${LISTS.map((list) => `${list}(first: 5) { edges { cursor } }`).join(' ')} }`,
  );
  const world = {
    customers,
    addresses: (await read('/customers/addresses')).meta.pagination.total,
    emails: (await read('/customers')).data.map(({ email }: Json) => email),
    values: (await read('/customers/attribute-values')).data,
    metafields: (await read('/customers/metafields')).data,
    cursors: Object.fromEntries(
      LISTS.map((list) => [list, data[list].edges.map(({ cursor }: Json) => cursor)]),
    ),
  };
  gateway.sandbox.requests.clear();
  return world;
}
