import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { startGatewayProcess } from '../../support/gateway-process.ts';
import { jsonPost } from '../../support/post.ts';
import { type StoreMode, startFaultyStore } from './faulty-store.ts';

/** A night: what fails, and for how long. */
export interface Outage {
  readonly mode: StoreMode;
  /** @default a file that can be written */
  readonly auditLog?: string;
  readonly seconds: number;
}

export interface OutageReport {
  /** The first log line of each kind, without what differs in each run. */
  readonly lines: readonly string[];
  /** The samples of the metrics that the runbook names. */
  readonly metrics: readonly string[];
}

const READ = '{ customers(first: 3) { nodes { entityId } } }';
const WRITE =
  'mutation { updateCustomers(input: { customers: [{ entityId: 1, firstName: "Ana" }] }) { summary { total } } }';
const REQUESTS_PER_SECOND = 4;
const AFTER_S = 8;
/** A successful request is shown if it takes longer. */
const SLOW_REQUEST_MS = 2_000;
const SHOWN =
  /^gateway_(ready|upstream_call_seconds_(sum|count)|governor_breaker|governor_open_circuits|upstream_calls_total|operations_total|operation_errors_total|mutation_items_total)\b.* (?!0$)[\d.]+$/;

/** Runs a gateway with a store that fails for a while, and returns what its operator sees. */
export async function runOutage({ mode, auditLog, seconds }: Outage): Promise<OutageReport> {
  const sandbox = await startSandbox({ quota: 0, customers: 20 });
  const store = await startFaultyStore(sandbox.url);
  const gateway = await startGatewayProcess({
    GATEWAY_AUTH: 'none',
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: store.url,
    ...(auditLog !== undefined && { AUDIT_LOG: auditLog }),
  });
  const requests: Promise<unknown>[] = [];
  let sent = 0;

  async function sendFor(duration: number): Promise<void> {
    for (let i = 0; i < duration * REQUESTS_PER_SECOND; i += 1) {
      sent += 1;
      const query = sent % 4 === 0 ? WRITE : READ;
      requests.push(
        fetch(`${gateway.url}/graphql`, jsonPost({ query })).then(
          (response) => response.text(),
          () => null,
        ),
      );
      if (i % REQUESTS_PER_SECOND === 0)
        requests.push(fetch(`${gateway.url}/health/ready`).catch(() => null));
      await delay(1_000 / REQUESTS_PER_SECOND);
    }
  }

  await sendFor(2);
  await store.become(mode);
  await sendFor(seconds);
  const during = await scrape(gateway.url);
  await store.become('up');
  await sendFor(AFTER_S);
  await Promise.all(requests);
  await gateway.stop();
  await store.close();
  await sandbox.close();
  return { lines: firstOfEachKind(gateway.output()), metrics: during };
}

async function scrape(url: string): Promise<readonly string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => SHOWN.test(line) || line.startsWith('gateway_ready'));
}

/** A kind of line is its message with its cause, error codes and status. Requests that succeed in time are left out. */
function firstOfEachKind(output: string): readonly string[] {
  const kinds = new Set<string>();
  return output.split('\n').flatMap((text) => {
    if (!text.startsWith('{')) return [];
    const { time: _time, pid: _pid, hostname: _host, client: _client, ...line } = JSON.parse(text);
    if (line.msg === 'started' || line.msg === 'listening') return [];
    const hasErrors = line.status !== 200 || line.errorCodes || line.itemErrorCodes;
    const isSuccess = line.msg === 'request' && !hasErrors && line.durationMs < SLOW_REQUEST_MS;
    const kind = JSON.stringify([
      line.msg,
      line.cause,
      line.operation,
      line.errorCodes,
      line.status,
      line.path,
    ]);
    if (isSuccess || kinds.has(kind)) return [];
    kinds.add(kind);
    return [JSON.stringify(line)];
  });
}
