import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.ts';
import { closedPort } from '../../support/hostile-store.ts';
import { type Nginx, startNginx } from './nginx.ts';

/**
 * `in turn`: two replicas are restarted one after the other, on their ports. `successor`: a new gateway starts and gets the
 * requests before the old one stops.
 */
export type DeployKind = 'in turn' | 'successor';

export interface DeployOptions {
  /** Path of nginx. */
  readonly nginx: string;
  readonly kind: DeployKind;
  /** Restarts of each replica, or replacements. */
  readonly rounds: number;
  readonly requestsPerSecond: number;
}

export interface DeployReport {
  readonly requests: number;
  readonly mutations: number;
  /** Each request without a complete answer, as one line. */
  readonly lost: readonly string[];
  /** What nginx says about errors that lost a request; a refused connection alone does not. */
  readonly errors: readonly string[];
}

const READ = '{ customers(first: 3) { nodes { entityId } } }';
const WRITE = `mutation ($name: String!) {
  updateCustomers(input: { customers: [{ entityId: 1, firstName: $name }] }) { results { outcome } }
}`;
/** Every third request is a mutation. */
const MUTATION_EVERY = 3;
const SHUTDOWN_DELAY_MS = 1_000;

/** Deploys the program behind nginx while requests arrive, and reports which of them were lost. */
export async function runDeploys({
  nginx: program,
  kind,
  rounds,
  requestsPerSecond,
}: DeployOptions): Promise<DeployReport> {
  const sandbox = await startSandbox({ quota: 0, customers: 20 });
  const ports = [await closedPort(), await closedPort()] as const;
  const running = new Map<number, GatewayProcess>();
  const start = async (port: number) => void running.set(port, await startReady(sandbox, port));
  const stop = async (port: number) => running.get(port)?.stop();
  const first = kind === 'in turn' ? ports : ports.slice(0, 1);
  await Promise.all(first.map(start));
  const nginx = await startNginx(program, await closedPort(), first);
  const load = startLoad(nginx.url, requestsPerSecond);

  for (let round = 0; round < rounds; round += 1) {
    if (kind === 'in turn') {
      for (const port of ports) {
        await stop(port);
        await start(port);
      }
    } else await replace(nginx, round % 2 === 0 ? ports : [ports[1], ports[0]]);
  }

  async function replace(proxy: Nginx, [old, successor]: readonly [number, number]): Promise<void> {
    await start(successor);
    await proxy.route([successor]);
    await stop(old);
  }

  const report = await load.stop();
  const errors = (await nginx.errors())
    .split('\n')
    .filter((line) => line !== '' && !/Connection refused|\[notice\]/.test(line));
  await nginx.close();
  await Promise.all([...running.values()].map(({ child }) => child.exitCode === null && child.kill()));
  await sandbox.close();
  return { ...report, errors };
}

async function startReady(sandbox: Sandbox, port: number): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess({
    PORT: String(port),
    LOG_LEVEL: 'warn',
    GATEWAY_AUTH: 'none',
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    SHUTDOWN_DELAY_MS: String(SHUTDOWN_DELAY_MS),
  });
  while (!(await fetch(`${gateway.url}/health/ready`)).ok) await delay(50);
  return gateway;
}

// A reload of nginx closes kept-alive connections of clients, which is not about the gateway: a connection for each request.
const CONNECTIONS = new Agent({ pipelining: 0 });

/** Sends requests at a constant rate, whatever becomes of them. */
function startLoad(url: string, perSecond: number) {
  const pending = new Set<Promise<void>>();
  const lost: string[] = [];
  let requests = 0;
  let mutations = 0;

  async function send(): Promise<void> {
    requests += 1;
    const number = requests;
    const isMutation = number % MUTATION_EVERY === 0;
    if (isMutation) mutations += 1;
    const body = isMutation ? { query: WRITE, variables: { name: `Ana ${number}` } } : { query: READ };
    const problem = await problemOf(`${url}/graphql`, body);
    if (problem !== null) lost.push(`request ${number} (${isMutation ? 'mutation' : 'query'}): ${problem}`);
  }

  const timer = setInterval(() => {
    const sent = send().finally(() => pending.delete(sent));
    pending.add(sent);
  }, 1_000 / perSecond);

  return {
    async stop(): Promise<Omit<DeployReport, 'errors'>> {
      clearInterval(timer);
      await Promise.all(pending);
      return { requests, mutations, lost };
    },
  };
}

async function problemOf(url: string, body: object): Promise<string | null> {
  try {
    const { statusCode: status, body: answer } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify(body),
      dispatcher: CONNECTIONS,
    });
    const text = await answer.text();
    const isComplete =
      status === 200 && text.startsWith('{"data":') && !/"(UNKNOWN|NOT_ATTEMPTED|FAILED)"/.test(text);
    return isComplete ? null : `${status} ${text.slice(0, 200)}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}
