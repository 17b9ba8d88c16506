import { parse } from 'graphql';
import { startSandbox } from '../src/sandbox/index.ts';
import { ask, createSilentGateway } from './gateway.ts';
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
  const app = createSilentGateway(sandbox);

  const first = (await ask(app, '{ customers(first: 20) { nodes { email } } }')) as {
    customers: { nodes: readonly { email: string }[] };
  };
  const counts: CallCount[] = [];
  for (const { name, query, least: minimum, because: reason } of countedOperations(
    first.customers.nodes.map(({ email }) => email),
  )) {
    sandbox.requests.clear();
    const queries = typeof query === 'string' ? [query] : query;
    const answers = await Promise.all(queries.map((each) => ask(app, each)));
    const ours = sandbox.requests.list().length;
    const naive = queries.reduce((sum, each, i) => sum + naiveCalls(parse(each), answers[i]), 0);
    counts.push({ name, ours, minimum, reason, naive });
  }
  await app.close();
  await sandbox.close();
  return counts;
}
