import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Fence } from './pages.ts';

/** A REST call as a page shows it. */
export interface RestCall {
  readonly method: string;
  /** Path with its query, below the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The call of an http block: a line with method and path, headers, and after an empty line the body. */
export function restCallOf({ place, code }: Fence): RestCall {
  const [head = '', ...rest] = code.split('\n\n');
  const [first = '', ...headers] = head.split('\n');
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(first) ?? [];
  if (method === undefined || path === undefined) throw new Error(`${place}: no method and path`);
  const pairs = headers.map((line) => line.split(': ', 2) as [string, string]);
  return {
    method,
    path,
    headers: Object.fromEntries(pairs),
    body: rest.length > 0 ? rest.join('\n\n') : null,
  };
}

/** Sends the call of a block to a sandbox store, which must accept it. */
export async function runHttpBlock(block: Fence, { url, token }: Sandbox): Promise<void> {
  const { method, path, headers, body } = restCallOf(block);
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, 'x-auth-token': token },
    body,
  });
  const text = await response.text();
  expect(response.ok, `${block.place}: ${response.status} ${text}`).toBe(true);
  if (text === '') return;
  const answer = JSON.parse(text);
  expect(answer.data ?? answer, `${block.place}: an answer without data shows nothing`).not.toEqual([]);
}
