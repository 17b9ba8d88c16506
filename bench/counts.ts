import { parse } from 'graphql';
import { pino } from 'pino';
import { startSandbox } from '../src/sandbox/index.ts';
import { createApp } from '../src/server/app.ts';
import { post } from '../test/support/post.ts';
import { naiveCalls } from './naive.ts';
import { countedOperations } from './operations.ts';

export interface CallCount {
  readonly name: string;
  readonly ours: number;
  readonly minimum: number;
  readonly reason: string;
  readonly naive: number;
}

/** Executes each operation on a gateway with a sandbox store and counts the calls to the store. */
export async function countCalls(): Promise<readonly CallCount[]> {
  const sandbox = await startSandbox({ quota: 0 });
  const app = createApp({
    store: {
      baseUrl: sandbox.url,
      accessToken: () => sandbox.token,
      timeoutMs: 10_000,
      maxBodyBytes: 32_000_000,
      connections: 64,
    },
    logger: pino({ level: 'silent' }),
    storeHash: 'sandbox',
    authenticator: null,
    graphiql: false,
    reportCost: false,
    maxCalls: 500,
    writes: { maxItems: 1_000, lateWriteMs: 15_000 },
    governor: { maxQueued: 2_000, retryRatio: 0.1 },
    deadlineMs: 30_000,
  });
  const ask = async (query: string) => {
    const response = await post({ app }, { query }, 'application/json');
    const { data, errors } = (await response.json()) as { data: unknown; errors?: readonly unknown[] };
    if (errors) throw new Error(`${query} failed: ${JSON.stringify(errors)}`);
    return data;
  };

  const first = (await ask('{ customers(first: 20) { nodes { email } } }')) as {
    customers: { nodes: readonly { email: string }[] };
  };
  const counts: CallCount[] = [];
  for (const { name, query, least: minimum, because: reason } of countedOperations(
    first.customers.nodes.map(({ email }) => email),
  )) {
    sandbox.requests.clear();
    const queries = typeof query === 'string' ? [query] : query;
    const answers = await Promise.all(queries.map(ask));
    const ours = sandbox.requests.list().length;
    const naive = queries.reduce((sum, each, i) => sum + naiveCalls(parse(each), answers[i]), 0);
    counts.push({ name, ours, minimum, reason, naive });
  }
  await app.close();
  await sandbox.close();
  return counts;
}
