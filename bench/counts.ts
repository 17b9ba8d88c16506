import { parse } from 'graphql';
import { pino } from 'pino';
import { startSandbox } from '../src/sandbox/index.ts';
import { createApp } from '../src/server/app.ts';
import { post } from '../test/support/post.ts';
import { naiveCalls } from './naive.ts';
import { countedOperations } from './operations.ts';

export interface Count {
  readonly name: string;
  readonly ours: number;
  readonly least: number;
  readonly because: string;
  readonly naive: number;
}

/** Executes each operation on a gateway with a sandbox store and counts the calls to the store. */
export async function countCalls(): Promise<readonly Count[]> {
  const sandbox = await startSandbox({ quota: 0 });
  const app = createApp({
    store: {
      baseUrl: sandbox.url,
      accessToken: sandbox.token,
      timeoutMs: 10_000,
      maxBodyBytes: 32_000_000,
      connections: 64,
    },
    logger: pino({ level: 'silent' }),
    authenticator: null,
    graphiql: false,
    alwaysReport: false,
    maxCalls: 500,
    writes: { maxItems: 1_000, settleMs: 15_000 },
    governor: { maxWaiting: 2_000, retryShare: 0.1 },
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
  const counts: Count[] = [];
  for (const { name, query, least, because } of countedOperations(
    first.customers.nodes.map(({ email }) => email),
  )) {
    sandbox.requests.clear();
    const queries = typeof query === 'string' ? [query] : query;
    const answers = await Promise.all(queries.map(ask));
    const ours = sandbox.requests.list().length;
    const naive = queries.reduce((sum, each, i) => sum + naiveCalls(parse(each), answers[i]), 0);
    counts.push({ name, ours, least, because, naive });
  }
  await app.close();
  await sandbox.close();
  return counts;
}
