import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.ts';
import { createRandom, type Random } from '../../../src/sandbox/random.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';

export interface ImportOptions {
  readonly rows: number;
  /** Rows of one mutation. @default 100 */
  readonly rowsPerMutation?: number;
  readonly store?: SandboxOptions;
}

type Counts = Readonly<Record<string, number>>;

/** One pass over all rows. */
export interface ImportRun {
  readonly seconds: number;
  readonly reads: number;
  readonly writes: number;
  /** Calls by operation. */
  readonly calls: Counts;
  /** Outcomes of the customers, and of their parts. */
  readonly customers: Counts;
  readonly parts: Counts;
  /** Codes of all errors but DUPLICATE. */
  readonly errors: readonly string[];
}

const UPSERT = `mutation ($customers: [UpsertCustomerInput!]!) {
  upsertCustomers(input: { customers: $customers, matchBy: EMAIL }) {
    results { outcome errors { code path } parts { outcome errors { code path } } }
  }
}`;

/**
 * Imports the same rows twice: half of the customers are new, a quarter is in the store, and a quarter is there in another
 * spelling.
 */
export async function importTwice({
  rows: count,
  rowsPerMutation = 100,
  store = {},
}: ImportOptions): Promise<readonly [ImportRun, ImportRun]> {
  const sandbox = await startSandbox({ customers: Math.ceil(count / 2), quota: 0, ...store });
  const gateway = createGateway({ baseUrl: sandbox.url, accessToken: sandbox.token });
  try {
    const rows = rowsOf(count, await readEmails(sandbox));
    const first = await importOnce(sandbox, gateway, rows, rowsPerMutation);
    return [first, await importOnce(sandbox, gateway, rows, rowsPerMutation)];
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

async function readEmails({ url, token }: Sandbox): Promise<readonly string[]> {
  const emails: string[] = [];
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${url}/customers?limit=250&page=${page}`, {
      headers: { 'X-Auth-Token': token },
    });
    const { data } = (await response.json()) as { data: readonly { readonly email: string }[] };
    emails.push(...data.map(({ email }) => email));
    if (data.length < 250) return emails;
  }
}

function rowsOf(count: number, emails: readonly string[]): readonly object[] {
  const chance = createRandom(1, 0);
  const existing = emails.slice(0, Math.floor(count / 2));
  const fresh = Array.from({ length: count - existing.length }, (_, i) => `import-${i}@example.org`);
  return [...existing, ...fresh]
    .map((email) => ({ email, order: chance.next() }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ email }, place) => rowOf(email, place, chance));
}

/** A row of a spreadsheet that people have kept, with blanks, accents and case as they come. */
function rowOf(email: string, place: number, chance: Random): object {
  const isRespelled = chance.boolean(0.5);
  const spelled = (text: string) => (isRespelled ? ` ${text.normalize('NFD')}  & Co ` : text);
  return {
    email: isRespelled ? email.toUpperCase() : email,
    firstName: spelled('Zoë'),
    lastName: spelled(`Müller ${place}`),
    company: place % 3 === 0 ? null : 'Engines Ltd',
    addresses: Array.from({ length: 1 + (place % 2) }, (_, i) => ({
      firstName: spelled('Zoë'),
      lastName: 'Müller',
      address1: spelled(`${place} High Street`),
      address2: i === 0 ? null : 'Second floor',
      city: 'Los Altos',
      countryCode: 'US',
      stateOrProvince: 'California',
      postalCode: '94022',
      formFields: [{ name: 'Door code', value: { text: String(place) } }],
    })),
    attributes: [
      { attributeName: 'Loyalty tier', value: chance.pick(['Gold', 'Silver', 'Bronze']) },
      { attributeName: 'Shoe size', value: String(36 + (place % 10)) },
    ],
    formFields: [{ name: 'Nickname', value: { text: spelled(`Bear ${place}`) } }],
    ...(place % 10 === 0 && { consent: { allow: ['ESSENTIAL', 'ANALYTICS'], deny: ['TARGETING'] } }),
    metafields: [{ namespace: 'loyalty', key: 'points', value: String(place) }],
  };
}

async function importOnce(
  sandbox: Sandbox,
  gateway: Gateway,
  rows: readonly object[],
  rowsPerMutation: number,
): Promise<ImportRun> {
  sandbox.requests.clear();
  const begunAt = performance.now();
  const results: ItemResult[] = [];
  for (let at = 0; at < rows.length; at += rowsPerMutation) {
    const customers = rows.slice(at, at + rowsPerMutation);
    const { data, errors } = await gateway.executeText(UPSERT, { customers });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join(' '));
    results.push(...data.upsertCustomers.results);
  }
  const parts = results.flatMap((result) => result.parts);
  const methods = sandbox.requests.list().map(({ method }) => method);
  return {
    seconds: (performance.now() - begunAt) / 1_000,
    reads: methods.filter((method) => method === 'GET').length,
    writes: methods.filter((method) => method !== 'GET').length,
    calls: sandbox.requests.counts(),
    customers: countOutcomes(results),
    parts: countOutcomes(parts),
    errors: [...results, ...parts]
      .flatMap(({ errors }) => errors.map(({ code, path }) => `${code} ${path.join('.')}`))
      .filter((error) => !error.startsWith('DUPLICATE')),
  };
}

interface PartResult {
  readonly outcome: string;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}
type ItemResult = PartResult & { readonly parts: readonly PartResult[] };

function countOutcomes(results: readonly PartResult[]): Counts {
  const groups = Map.groupBy(results, ({ outcome }) => outcome);
  return Object.fromEntries([...groups].map(([outcome, some]) => [outcome, some.length]));
}
