import { pino } from 'pino';
import { type App, type AppOptions, createApp } from '../src/server/app.ts';
import { post } from '../test/support/post.ts';

/** The store of a measurement. */
export interface MeasuredStore {
  /** Base of the REST API up to and including `/v3`. */
  readonly url: string;
  readonly token: string;
}

/** A gateway that logs nothing, without authentication and GraphiQL. @param options in place of these settings */
export function createSilentGateway({ url, token }: MeasuredStore, options: Partial<AppOptions> = {}): App {
  return createApp({
    store: {
      baseUrl: url,
      accessToken: () => token,
      timeoutMs: 10_000,
      maxBodyBytes: 32_000_000,
      connections: 64,
    },
    storeHash: 'sandbox',
    logger: pino({ level: 'silent' }),
    authenticator: null,
    graphiql: false,
    reportCost: false,
    maxCalls: 500,
    writes: { maxItems: 1_000, lateWriteMs: 15_000 },
    governor: { maxQueued: 2_000, retryRatio: 0.1 },
    deadlineMs: 30_000,
    ...options,
  });
}

/** Executes an operation and returns its data. @throws Error if it has errors */
// biome-ignore lint/suspicious/noExplicitAny: the type of the data depends on the query
export async function ask(app: App, query: string, variables: object = {}): Promise<any> {
  const response = await post({ app }, { query, variables }, 'application/json');
  const { data, errors } = (await response.json()) as { data: unknown; errors?: readonly unknown[] };
  if (errors) throw new Error(`${query} failed: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}
