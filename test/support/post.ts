import { ANONYMOUS, type Caller } from '../../src/access/caller.ts';
import type { Gateway } from './gateway.ts';

/** The body of a GraphQL request. */
export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: object;
  readonly extensions?: object;
}

/** The options of `fetch` for a POST request with a JSON body. */
export function jsonPost(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit & { readonly headers: Readonly<Record<string, string>> } {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Sends a POST request to a gateway in process and returns the raw response. */
export async function post(
  { app }: Pick<Gateway, 'app'>,
  body: GraphQLRequest | readonly GraphQLRequest[],
  accept = 'application/graphql-response+json',
  caller: Caller = ANONYMOUS,
): Promise<Response> {
  return app.yoga.fetch('http://gateway/graphql', jsonPost(body, { accept }), { caller });
}
