import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { type LoadedOperation, loadedOperations } from './operations.ts';
import { serveMeasurements } from './server-process.ts';

// The baseline for the overhead of the gateway: a hand-written server that answers only these operations, with the same
// REST calls, but without GraphQL, validation or limits.

// biome-ignore lint/suspicious/noExplicitAny: the baseline deliberately validates nothing
type Json = any;

const base = new URL(process.argv[2] ?? '');
const pool = new Pool(base.origin, { connections: 64 });

async function get(path: string): Promise<Json> {
  const { body } = await pool.request({
    path: base.pathname + path,
    method: 'GET',
    headers: { accept: 'application/json', 'x-auth-token': 'sandbox' },
  });
  return JSON.parse(await body.text());
}

const fourFields = (wire: Json) => ({
  entityId: wire.id,
  email: wire.email,
  firstName: wire.first_name,
  lastName: wire.last_name,
});
const address = (wire: Json) => ({
  entityId: wire.id,
  address1: wire.address1,
  city: wire.city,
  countryCode: wire.country_code,
});

type Variables = Readonly<Record<string, Json>>;

async function readByIds(ids: readonly number[], parameters = ''): Promise<Json[]> {
  const { data } = await get(`/customers?id:in=${ids}${parameters}&limit=250`);
  return data;
}

const resolvers: Readonly<Record<LoadedOperation, (variables: Variables) => Promise<unknown>>> = {
  async page() {
    const { data } = await get('/customers?limit=50');
    return { customers: { nodes: data.map(fourFields) } };
  },
  async addresses() {
    const { data } = await get('/customers?include=addresses&limit=50');
    const many = data.filter((wire: Json) => wire.address_count > wire.addresses.length);
    const rest = await get(
      `/customers/addresses?customer_id:in=${many.map((wire: Json) => wire.id)}&limit=250`,
    );
    const books = Map.groupBy<number, Json>(rest.data, (wire: Json) => wire.customer_id);
    const nodes = data.map((wire: Json) => ({
      ...fourFields(wire),
      addresses: { nodes: (books.get(wire.id) ?? wire.addresses).slice(0, 10).map(address) },
    }));
    return { customers: { nodes } };
  },
  async lookups() {
    const ids = Array.from({ length: 20 }, (_, i) => i + 1);
    const byId = new Map<number, Json>((await readByIds(ids)).map((wire) => [wire.id, wire]));
    return Object.fromEntries(ids.map((id) => [`c${id}`, fourFields(byId.get(id))]));
  },
  async consents() {
    const { data } = await get('/customers?limit=20');
    const nodes = await Promise.all(
      data.map(async ({ id, email }: Json) => {
        const { allow, deny } = await get(`/customers/${id}/consent`);
        const upper = (words: readonly string[]) => words.map((word) => word.toUpperCase());
        return { entityId: id, email, consent: { allow: upper(allow), deny: upper(deny) } };
      }),
    );
    return { customers: { nodes } };
  },
  typename: async () => ({ __typename: 'Query' }),
  async differentPages({ ids }) {
    return { customers: { nodes: (await readByIds(ids)).map(fourFields) } };
  },
  async differentRecords({ ids }) {
    const data = await readByIds(ids, '&include=addresses,attributes');
    const nodes = data.map((wire) => ({
      ...fourFields(wire),
      addresses: { nodes: wire.addresses.map(address) },
      attributes: wire.attributes.map((value: Json) => ({
        attributeEntityId: value.attribute_id,
        value: value.attribute_value,
      })),
    }));
    return { customers: { nodes } };
  },
  async differentLookups(variables) {
    const found = await readByIds(Object.values(variables));
    const byId = new Map<number, Json>(found.map((wire) => [wire.id, wire]));
    const entries = Object.entries(variables);
    return Object.fromEntries(
      entries.map(([name, id]) => [name.replace('i', 'c'), fourFields(byId.get(id))]),
    );
  },
};

const names = new Map(
  Object.entries(loadedOperations).map(([name, request]) => [request(0).query, name as LoadedOperation]),
);

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', async () => {
    const { query, variables = {} } = JSON.parse(text);
    const name = names.get(query) ?? 'typename';
    const body = Buffer.from(JSON.stringify({ data: await resolvers[name](variables) }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  serveMeasurements(process, `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
});
