import { createHash } from 'node:crypto';
import { listen } from '../../src/server/listen.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

/** A gateway on a port, with the requests that a client sends to it. */
export interface ClientGateway {
  /** The address of GraphQL. */
  readonly url: string;
  /** A `fetch` for the client that records what it sends. */
  readonly fetch: typeof fetch;
  /** The bodies sent since the last call of this function, and the media types of the responses. */
  exchanges(): readonly { readonly body: Readonly<Record<string, unknown>>; readonly type: string }[];
  close(): Promise<void>;
}

/** @param documents trusted documents by hash. @default no list */
export async function startClientGateway(documents?: ReadonlyMap<string, string>): Promise<ClientGateway> {
  const trusted = documents === undefined ? null : { documents: () => documents, bound: new Set<never>() };
  const gateway = await startGatewayOnSandbox({ customers: 5 }, { guards: { trusted } });
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  const seen: { body: Record<string, unknown>; type: string }[] = [];
  return {
    url: `${listener.url}/graphql`,
    async fetch(input, init) {
      const response = await fetch(input, init);
      const body = JSON.parse(String(init?.body ?? '{}'));
      seen.push({ body, type: response.headers.get('content-type') ?? '' });
      return response;
    },
    exchanges: () => seen.splice(0),
    async close() {
      await listener.stop();
      await gateway.close();
    },
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const QUERY_TEXT =
  'query Customer($id: Int!) { customer(by: { entityId: $id }) { id entityId firstName } }';
export const MUTATION_TEXT = `mutation Rename($id: Int!, $name: String!) {
  updateCustomers(input: { customers: [{ entityId: $id, firstName: $name }] }) { results { outcome customer { id firstName } } }
}`;
export const DEFER_TEXT = `query Deferred($id: Int!) {
  customer(by: { entityId: $id }) { id entityId ...Consent @defer }
}
fragment Consent on Customer { consent { allow } }`;
