import type { Replicas } from '../../../src/redis/replicas.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';
import { createRandom } from './random.ts';
import {
  type AddressIds,
  createCallers,
  generateRequest,
  markOf,
  marksIn,
  type SoakRequest,
} from './requests.ts';

export interface SoakOptions {
  readonly requests: number;
  readonly seed: number;
  /** What each gateway shares with the others; they have a cache then. @default one gateway, without a cache */
  readonly replicas?: readonly Replicas[];
}

/** Number of responses to one kind of request: with a mark, with errors only, or neither. */
export interface ResponseCounts {
  answered: number;
  refused: number;
  empty: number;
}

export interface SoakReport {
  readonly counts: Readonly<Record<string, ResponseCounts>>;
  /** Number of calls to the store, and of those that a fault hit. */
  readonly calls: number;
  readonly faultHits: number;
  /** Responses with a mark that the caller must not see, and records with the mark of another customer. */
  readonly leaks: readonly string[];
}

const CUSTOMERS = 60;

/** Lets fifty callers request own and foreign data concurrently, while calls to the store fail. */
export async function runSoak({ requests, seed, replicas = [] }: SoakOptions): Promise<SoakReport> {
  const sandbox = await startSandbox({ quota: 0, customers: CUSTOMERS, seed });
  const people = await markRecords(sandbox);
  const gateways = startGateways(sandbox.url, replicas);
  sandbox.faults.set(FAULTS, { seed });
  const draw = createRandom(seed);
  const leaks: string[] = [];
  const counts: Record<string, ResponseCounts> = {};
  let left = requests;

  async function callFor(caller: SoakRequest['caller']): Promise<void> {
    while (left > 0) {
      left -= 1;
      const asked = generateRequest(draw, people, caller);
      const gateway = gateways[left % gateways.length];
      const text = gateway === undefined ? '' : await sendRequest(gateway, asked);
      const shown = marksIn(text);
      const foreign = [...shown].filter((customer) => !asked.allowedMarks.has(customer));
      if (foreign.length > 0)
        leaks.push(`${caller.name}, ${asked.kind}: shows ${foreign.map(markOf).join(' ')}`);
      const tally = counts[asked.kind] ?? { answered: 0, refused: 0, empty: 0 };
      counts[asked.kind] = tally;
      tally[shown.size > 0 ? 'answered' : text.includes('"errors":[{') ? 'refused' : 'empty'] += 1;
    }
  }

  await Promise.all(createCallers(people).map(callFor));
  const faultHits = sandbox.faults.hits().reduce((sum, hits) => sum + hits, 0);
  const calls = sandbox.requests.list().length;
  await Promise.all(gateways.map((gateway) => gateway.app.settled()));
  sandbox.faults.clear();
  leaks.push(...(await findForeignMarks(sandbox)));
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await sandbox.close();
  return { counts, calls, faultHits, leaks };
}

function startGateways(baseUrl: string, replicas: readonly Replicas[]): readonly Gateway[] {
  const options = { baseUrl, lateWriteMs: 20 };
  if (replicas.length === 0) return [createGateway(options)];
  const ages = { withEventsMs: 60_000, withoutEventsMs: 60_000, consentMs: 60_000, ifErrorMs: 60_000 };
  return replicas.map((view) =>
    createGateway({ ...options, replicas: view, cache: { ages, maxBytes: 10_000_000 } }),
  );
}

/** Faults on a tenth of all calls. */
export const FAULTS = [
  { probability: 0.03, fault: { kind: 'status', status: 503 } },
  { probability: 0.02, fault: { kind: 'status', status: 500, commits: true } },
  { probability: 0.02, fault: { kind: 'cut', when: 'after-commit' } },
  { probability: 0.02, fault: { kind: 'truncate' } },
  { probability: 0.01, fault: { kind: 'status', status: 429 } },
] as const;

/** Marks the customers, form fields and addresses with the mark of their owner. */
export async function markRecords(sandbox: Sandbox): Promise<AddressIds> {
  const ids = Array.from({ length: CUSTOMERS }, (_, i) => i + 1);
  const people = new Map<number, number[]>();
  for (const id of ids) {
    const company = markOf(id);
    const nickname = { name: 'Nickname', value: company };
    await callStore(sandbox, 'PUT', '/customers', [{ id, company, form_fields: [nickname] }]);
    const addresses = [1, 2].map((place) => ({
      customer_id: id,
      ...{ first_name: 'A', last_name: 'B', address1: `${company}${place}`, city: 'D', country_code: 'GB' },
    }));
    const made = await callStore(sandbox, 'POST', '/customers/addresses', addresses);
    people.set(
      id,
      made.map((address) => address.id),
    );
  }
  return people;
}

/** Sends a request and returns the text of the response. */
export async function sendRequest(
  gateway: Gateway,
  { query, variables, caller }: SoakRequest,
): Promise<string> {
  const response = await post(gateway, { query, variables }, 'application/json', caller);
  return response.text();
}

/** Addresses in the store with the mark of another customer. */
async function findForeignMarks(sandbox: Sandbox): Promise<readonly string[]> {
  const pages = await Promise.all(
    [1, 2, 3].map((page) => callStore(sandbox, 'GET', `/customers/addresses?limit=250&page=${page}`)),
  );
  return pages
    .flat()
    .flatMap((address) =>
      [...marksIn(JSON.stringify(address))].some((customer) => customer !== address.customer_id)
        ? [`address ${address.id} of customer ${address.customer_id} has the mark of another customer`]
        : [],
    );
}

interface StoredRecord {
  readonly id: number;
  readonly customer_id?: number;
}

async function callStore(
  { url, token }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<readonly StoredRecord[]> {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return ((await response.json()) as { data: readonly StoredRecord[] }).data;
}
