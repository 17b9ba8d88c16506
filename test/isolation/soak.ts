import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { post } from '../support/post.ts';
import {
  type Asked,
  callersAmong,
  type Draw,
  drawRequest,
  markOf,
  marksIn,
  type People,
} from './requests.ts';

export interface SoakOptions {
  readonly requests: number;
  readonly seed: number;
}

/** Number of responses to one kind of request: with a mark, with errors only, or neither. */
export interface Tally {
  answered: number;
  refused: number;
  empty: number;
}

export interface SoakReport {
  readonly tallies: Readonly<Record<string, Tally>>;
  /** Number of calls to the store, and of those that a fault hit. */
  readonly calls: number;
  readonly spoiled: number;
  /** Responses with a mark that the caller must not see, and records with the mark of another customer. */
  readonly leaks: readonly string[];
}

const PEOPLE = 60;

/** Lets fifty callers request own and foreign data concurrently, while calls to the store fail. */
export async function soak({ requests, seed }: SoakOptions): Promise<SoakReport> {
  const sandbox = await startSandbox({ quota: 0, customers: PEOPLE, seed });
  const people = await mark(sandbox);
  const gateway = createGateway({ baseUrl: sandbox.url, settleMs: 20 });
  sandbox.faults.set(FAULTS, { seed });
  const draw = drawsFrom(seed);
  const leaks: string[] = [];
  const tallies: Record<string, Tally> = {};
  let left = requests;

  async function callFor(caller: Asked['caller']): Promise<void> {
    while (left > 0) {
      left -= 1;
      const asked = drawRequest(draw, people, caller);
      const text = await answerTo(gateway, asked);
      const shown = marksIn(text);
      const foreign = [...shown].filter((customer) => !asked.mayShow.has(customer));
      if (foreign.length > 0)
        leaks.push(`${caller.name}, ${asked.kind}: shows ${foreign.map(markOf).join(' ')}`);
      const tally = tallies[asked.kind] ?? { answered: 0, refused: 0, empty: 0 };
      tallies[asked.kind] = tally;
      tally[shown.size > 0 ? 'answered' : text.includes('"errors":[{') ? 'refused' : 'empty'] += 1;
    }
  }

  await Promise.all(callersAmong(people).map(callFor));
  const spoiled = sandbox.faults.hits().reduce((sum, hits) => sum + hits, 0);
  const calls = sandbox.requests.list().length;
  await gateway.app.settled();
  sandbox.faults.clear();
  leaks.push(...(await strayMarks(sandbox)));
  await gateway.close();
  await sandbox.close();
  return { tallies, calls, spoiled, leaks };
}

/** Faults on a tenth of all calls. */
const FAULTS = [
  { share: 0.03, fault: { kind: 'status', status: 503 } },
  { share: 0.02, fault: { kind: 'status', status: 500, commits: true } },
  { share: 0.02, fault: { kind: 'cut', when: 'after-commit' } },
  { share: 0.02, fault: { kind: 'truncate' } },
  { share: 0.01, fault: { kind: 'status', status: 429 } },
] as const;

/** Marks the customers, form fields and addresses with the mark of their owner. */
async function mark(sandbox: Sandbox): Promise<People> {
  const ids = Array.from({ length: PEOPLE }, (_, i) => i + 1);
  const people = new Map<number, number[]>();
  for (const id of ids) {
    const company = markOf(id);
    const nickname = { name: 'Nickname', value: company };
    await send(sandbox, 'PUT', '/customers', [{ id, company, form_fields: [nickname] }]);
    const addresses = [1, 2].map((place) => ({
      customer_id: id,
      ...{ first_name: 'A', last_name: 'B', address1: `${company}${place}`, city: 'D', country_code: 'GB' },
    }));
    const made = await send(sandbox, 'POST', '/customers/addresses', addresses);
    people.set(
      id,
      made.map((address) => address.id),
    );
  }
  return people;
}

async function answerTo(gateway: Gateway, { query, variables, caller }: Asked): Promise<string> {
  const response = await post(gateway, { query, variables }, 'application/json', caller);
  return response.text();
}

/** Addresses in the store with the mark of another customer. */
async function strayMarks(sandbox: Sandbox): Promise<readonly string[]> {
  const pages = await Promise.all(
    [1, 2, 3].map((page) => send(sandbox, 'GET', `/customers/addresses?limit=250&page=${page}`)),
  );
  return pages
    .flat()
    .flatMap((address) =>
      [...marksIn(JSON.stringify(address))].some((customer) => customer !== address.customer_id)
        ? [`address ${address.id} of customer ${address.customer_id} has the mark of another customer`]
        : [],
    );
}

interface Stored {
  readonly id: number;
  readonly customer_id?: number;
}

async function send(
  { url, token }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<readonly Stored[]> {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return ((await response.json()) as { data: readonly Stored[] }).data;
}

// A linear congruential generator: reproducible from the seed, which matters more than quality here.
function drawsFrom(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
