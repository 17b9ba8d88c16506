import { readFileSync } from 'node:fs';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.ts';
import { jsonPost } from '../../support/post.ts';

// `npm run memory -- [HEAP] [OPERATIONS] [SECONDS]`: the memory of the built program at rest and under three loads, with a heap of so many
// MiB and so many operations in flight. Linux only. Exits with 1 if the program ends under a load.

const [, , heap = '700', operations = '60', seconds = '25'] = process.argv;
const CUSTOMERS = 20_000;
const PAGE = 250;

const RECORD = `entityId email firstName lastName company phone notes storeCredit { amount } attributes { value }
  formFields { name } addresses { nodes { entityId firstName lastName address1 city postalCode phone } }`;

interface Load {
  readonly connections: number;
  /** The document of the request of this number. */
  query(request: number): string;
}

const LOADS: Readonly<Record<string, Load>> = {
  'one customer, 16 at a time': {
    connections: 16,
    query: (request) => `{ customer(by: { entityId: ${1 + (request % CUSTOMERS)} }) { ${RECORD} } }`,
  },
  '250 customers, 16 at a time': { connections: 16, query: (request) => pages(request, 1) },
  // Near the greatest number of values that an operation may have.
  '1000 customers, twice as many as may run': {
    connections: 2 * Number(operations),
    query: (request) => pages(request, 4),
  },
};

function pages(request: number, count: number): string {
  const fields = Array.from({ length: count }, (_, i) => {
    const first = 1 + (((request * count + i) * PAGE) % CUSTOMERS);
    const ids = Array.from({ length: PAGE }, (_, j) => first + j);
    return `p${i}: customers(first: ${PAGE}, filter: { entityIds: [${ids}] }) { nodes { ${RECORD} } }`;
  });
  return `{ ${fields.join('\n')} }`;
}

/** Sends requests until the time is over, and counts the responses by their status and first error code. */
async function run(url: string, { connections, query }: Load): Promise<Readonly<Record<string, number>>> {
  const end = performance.now() + Number(seconds) * 1_000;
  const counts: Record<string, number> = {};
  let sent = 0;
  async function sendOne(): Promise<string> {
    sent += 1;
    const response = await fetch(`${url}/graphql`, jsonPost({ query: query(sent) }));
    const [, code = ''] = /"code":"([A-Z_]+)"/.exec(await response.text()) ?? [];
    return `${response.status} ${code}`.trim();
  }
  async function connection(): Promise<void> {
    while (performance.now() < end) {
      const outcome = await sendOne().catch(() => 'no response');
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, connection));
  return counts;
}

/** Memory of a process in MiB: what it uses, or the most it has used. Null if it has ended. */
function memoryOf({ child }: GatewayProcess, name: 'VmRSS' | 'VmHWM'): number | null {
  if (child.exitCode !== null || child.signalCode !== null) return null;
  const [, kilobytes] =
    new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

const sandbox = await startSandbox({ quota: 0, limits: 'off', customers: CUSTOMERS });
const environment = {
  NODE_ENV: 'production',
  NODE_OPTIONS: `--max-old-space-size=${heap}`,
  MAX_OPERATIONS_IN_FLIGHT: operations,
  BIGCOMMERCE_STORE_HASH: 'sandbox',
  BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
  BIGCOMMERCE_API_URL: sandbox.url,
  GATEWAY_AUTH: 'none',
  LOG_LEVEL: 'warn',
  SHUTDOWN_DELAY_MS: '0',
};
const rows: Record<string, object> = {};
for (const [name, load] of Object.entries(LOADS)) {
  console.error(`${name} ...`);
  const gateway = await startGatewayProcess(environment, { command: [process.execPath, 'dist/main.js'] });
  await fetch(`${gateway.url}/health/ready`);
  const atRest = memoryOf(gateway, 'VmRSS');
  const responses = await run(gateway.url, load);
  const peak = memoryOf(gateway, 'VmHWM');
  rows[name] = { 'at rest MiB': atRest, 'peak MiB': peak ?? 'ended', responses: JSON.stringify(responses) };
  if (peak === null) process.exitCode = 1;
  await gateway.stop();
}
await sandbox.close();
console.table(rows);
