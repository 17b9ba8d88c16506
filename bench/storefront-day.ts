import { NEEDED_SCOPES } from '../src/rest/cache/events.ts';
import { createHttpClient } from '../src/rest/client/http.ts';
import { createHooks, registerHooks } from '../src/rest/hooks.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { createRandom } from '../src/sandbox/random.ts';
import { listen } from '../src/server/listen.ts';
import { ask, createSilentGateway } from './gateway.ts';

export interface DayCost {
  readonly cache: 'off' | 'on';
  readonly requests: number;
  /** Calls to the store for reads, by callers and by the gateway itself. */
  readonly readCalls: number;
  /** Reads that needed no call, in percent of all that the cache could answer. */
  readonly hitPercent: number;
  /** Milliseconds of a page view: the median, and the 99th percentile. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SHOPPERS = 1_000;
const DAY_MS = 86_400_000;
const WRITE_SHARE = 0.05;
/** Share of the writes that another app makes. Their events tell the gateway. */
const FOREIGN_SHARE = 0.4;
const SECRET = 'bench-webhook-secret';

const PAGE =
  'query ($id: Int!) { customer(by: { entityId: $id }) { firstName email addresses { nodes { city } } metafields { nodes { key value } } } customerSettings { id } }';
const RENAME =
  'mutation ($id: Int!, $name: String!) { updateCustomers(input: { customers: [{ entityId: $id, firstName: $name }] }) { results { outcome } } }';

/**
 * A day of a storefront: page views and changes of 1,000 customers, a few of whom come often (Zipf), spread evenly over a day of
 * the cache's clock. The store sends its webhooks.
 */
export async function storefrontDay(requests: number, cache: DayCost['cache']): Promise<DayCost> {
  const random = createRandom(1);
  const sandbox = await startSandbox({ customers: SHOPPERS, quota: 0, limits: 'off' });
  const start = Date.now();
  let done = 0;
  const now = () => start + (done / requests) * DAY_MS;
  let url = '';
  const ages = { withEventsMs: DAY_MS, withoutEventsMs: 300_000, consentMs: 0, ifErrorMs: 0 };
  const app = createSilentGateway(sandbox, {
    ...(cache === 'on' && {
      cache: { ages, maxBytes: 64_000_000, now },
      webhooks: { url: () => url, secrets: () => [SECRET], signingSecrets: null, requiresSignature: false },
    }),
  });
  const listener = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
  url = `${listener.url}/webhooks/bigcommerce`;
  const http = createHttpClient({
    ...{ baseUrl: sandbox.url, accessToken: () => sandbox.token, timeoutMs: 10_000, maxBodyBytes: 1_000_000 },
    ...{ connections: 2, onCall: () => {} },
  });
  const headers = { 'x-webhook-secret': SECRET };
  await registerHooks(createHooks(http), NEEDED_SCOPES, { destination: url, headers });
  await app.storeCache?.hookWatch?.check();

  const pickShopper = zipf(SHOPPERS, random.next);
  const times: number[] = [];
  let readCalls = 0;
  for (; done < requests; done += 1) {
    const id = pickShopper();
    if (!random.boolean(WRITE_SHARE)) {
      const startedAt = performance.now();
      await ask(app, PAGE, { id });
      times.push(performance.now() - startedAt);
    } else if (random.boolean(FOREIGN_SHARE)) {
      const body = [{ id, first_name: `Foreign ${done}` }];
      await http.send({ operation: 'updateCustomers', method: 'PUT', path: '/customers', query: '', body });
    } else await ask(app, RENAME, { id, name: `Own ${done}` });
    const isHourly = done % Math.ceil(requests / 24) === 0;
    if (isHourly) readCalls += countReads(sandbox);
  }
  readCalls += countReads(sandbox);
  const text = await (await app.yoga.fetch('http://gateway/metrics')).text();
  const counted = (result: string) =>
    Number(new RegExp(`gateway_cache_reads_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
  const all = counted('hit') + counted('partial') + counted('miss');
  await listener.stop();
  await http.close();
  await sandbox.close();
  times.sort((one, other) => one - other);
  const quantile = (q: number) => Number((times[Math.floor(q * times.length)] ?? 0).toFixed(2));
  return {
    cache,
    requests,
    readCalls,
    hitPercent: all === 0 ? 0 : Math.round((1_000 * counted('hit')) / all) / 10,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

/** Counts the reads in the log of the store, and clears it: it keeps a limited number. */
function countReads({ requests }: Pick<Awaited<ReturnType<typeof startSandbox>>, 'requests'>): number {
  const reads = requests.list().filter(({ method, path }) => method === 'GET' && !path.includes('/hooks'));
  requests.clear();
  return reads.length;
}

/** Picks a number from 1 to `count`; the n-th is picked with a probability proportional to 1/n. */
function zipf(count: number, next: () => number): () => number {
  let sum = 0;
  const sums = Array.from({ length: count }, (_, i) => (sum += 1 / (i + 1)));
  return () => {
    const target = next() * sum;
    return sums.findIndex((each) => each >= target) + 1;
  };
}
