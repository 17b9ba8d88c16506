import { ANYONE, type Caller } from '../../src/access/caller.ts';
import type { Gateway } from './gateway.ts';

/** A request as callers write it. */
export interface Post {
  readonly query: string;
  readonly variables?: object;
  readonly extensions?: object;
}

/** Asks as over HTTP, for what the answer itself is to be looked at. */
export async function post(
  { app }: Pick<Gateway, 'app'>,
  body: Post | readonly Post[],
  accept = 'application/graphql-response+json',
  caller: Caller = ANYONE,
): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return app.yoga.fetch('http://gateway/graphql', request, { caller });
}
