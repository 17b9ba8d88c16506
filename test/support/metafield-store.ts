import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** A metafield in the REST API's form. */
export interface MetafieldWire {
  readonly id: number;
  readonly resource_id: number;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly [field: string]: unknown;
}

/** A store that has metafields only, with ids of any length. */
export interface MetafieldStore {
  readonly url: string;
  /** The requests: `PUT /customers/1/metafields/2`, and the body of a write. */
  readonly calls: string[];
  readonly metafields: readonly MetafieldWire[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** @param firstNewId the id of the first metafield that is created */
export async function startMetafieldStore(
  seed: readonly MetafieldWire[],
  firstNewId: number,
): Promise<MetafieldStore> {
  const byId = new Map(seed.map((metafield) => [metafield.id, metafield]));
  const calls: string[] = [];
  let nextId = firstNewId;

  function create(resourceId: number, fields: Partial<MetafieldWire>): MetafieldWire {
    const { namespace = '', key = '', value = '' } = fields;
    const created = { ...fields, id: nextId, resource_id: resourceId, namespace, key, value };
    nextId += 1;
    byId.set(created.id, created);
    return created;
  }

  function update(id: number, fields: object): MetafieldWire | undefined {
    const held = byId.get(id);
    const updated = held && { ...held, ...fields };
    if (updated) byId.set(id, updated);
    return updated;
  }

  function answerBatch(method: string | undefined, body: unknown, query: URLSearchParams): Answer {
    if (method === 'GET') return { status: 200, body: pageOf([...byId.values()], query) };
    const items = body as readonly MetafieldWire[];
    if (method === 'DELETE') {
      const deleted = (body as readonly number[]).filter((id) => byId.delete(id));
      return { status: 200, body: { data: deleted, errors: [] } };
    }
    const data = items.flatMap((item) =>
      method === 'POST' ? create(item.resource_id, item) : (update(item.id, item) ?? []),
    );
    return { status: 200, body: { data, errors: [] } };
  }

  function answerOne(method: string | undefined, customer: number, id: number, body: object): Answer {
    if (byId.get(id)?.resource_id !== customer)
      return { status: 404, body: { status: 404, title: 'Not found' } };
    if (method === 'DELETE') return { status: byId.delete(id) ? 204 : 404 };
    return { status: 200, body: { data: method === 'PUT' ? update(id, body) : byId.get(id), meta: {} } };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams, search } = new URL(request.url ?? '', 'http://store');
    const path = pathname.replace(BASE_PATH, '');
    const text = await readText(request);
    const body: unknown = text === '' ? {} : JSON.parse(text);
    calls.push([`${request.method} ${path}${search}`, ...(text === '' ? [] : [text])].join(' '));
    if (path === '/customers/metafields') return answerBatch(request.method, body, searchParams);
    const [, customer, id] = /^\/customers\/(\d+)\/metafields(?:\/(\d+))?$/.exec(path) ?? [];
    if (customer === undefined) return { status: 200, body: { data: [] } };
    if (id !== undefined) return answerOne(request.method, Number(customer), Number(id), body as object);
    if (request.method === 'POST')
      return { status: 200, body: { data: create(Number(customer), body as object), meta: {} } };
    const own = [...byId.values()].filter((each) => each.resource_id === Number(customer));
    return { status: 200, body: pageOf(own, searchParams) };
  }

  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo; other address types belong to pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${BASE_PATH}`,
    calls,
    get metafields() {
      return [...byId.values()];
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const BASE_PATH = '/stores/long-ids/v3';

/** A page by number or by cursor. A cursor is the id of a metafield. */
function pageOf(unsorted: readonly MetafieldWire[], query: URLSearchParams): object {
  const sign = query.get('direction') === 'desc' ? -1 : 1;
  const matches = (name: string, value: string) => (query.get(name) ?? value) === value;
  const all = unsorted
    .filter(({ namespace, key }) => matches('namespace', namespace) && matches('key', key))
    .toSorted((a, b) => sign * (a.id - b.id));
  const limit = Number(query.get('limit') ?? 50);
  const [after, before] = [query.get('after'), query.get('before')];
  const rest = all.filter(
    ({ id }) =>
      (after === null || sign * (id - Number(after)) > 0) &&
      (before === null || sign * (id - Number(before)) < 0),
  );
  const start = (Number(query.get('page') ?? 1) - 1) * limit;
  const data = before === null ? rest.slice(start, start + limit) : rest.slice(-limit);
  const cursors = { start_cursor: String(data[0]?.id ?? ''), end_cursor: String(data.at(-1)?.id ?? '') };
  const isFirst = after === null && before === null;
  return {
    data,
    meta: {
      ...(isFirst && { pagination: { total: all.length } }),
      ...(!query.has('page') && { cursor_pagination: cursors }),
    },
  };
}
