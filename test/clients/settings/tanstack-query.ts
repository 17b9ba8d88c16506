import { QueryClient } from '@tanstack/query-core';

interface Failure {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
}

export class GatewayFailure extends Error {
  readonly errors: readonly Failure[];

  constructor(errors: readonly Failure[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors;
  }
}

export type Request = <T>(query: string, variables?: object) => Promise<T>;

/** Sends operations. A field that failed makes the whole request fail: use it for operations that need all of their data. */
export function createRequest(url: string, fetch = globalThis.fetch): Request {
  return async (query, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new GatewayFailure(errors);
    return data;
  };
}

const WORTH_A_RETRY = ['OVERLOADED', 'UPSTREAM_RATE_LIMITED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'];

export function createClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // An invalid or forbidden operation fails again. The gateway says how long to wait for the quota.
        retry: (count, error) =>
          count < 2 &&
          (!(error instanceof GatewayFailure) ||
            error.errors.every(({ extensions }) => WORTH_A_RETRY.includes(extensions.code))),
        retryDelay: (count, error) =>
          (error instanceof GatewayFailure && error.errors[0]?.extensions.retryAfterMs) || 1_000 * 2 ** count,
      },
    },
  });
}

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The options of `useInfiniteQuery` for a connection: the root field `field`, with its variable `$after`. */
export function pagesOf<F extends string>(request: Request, field: F, query: string, variables: object = {}) {
  return {
    queryKey: [field, query, variables] as const,
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      request<Record<F, Page>>(query, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Record<F, Page>) =>
      last[field].pageInfo.hasNextPage ? last[field].pageInfo.endCursor : null,
  };
}
