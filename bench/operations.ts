/** An operation whose REST calls are counted. */
export interface CountedOperation {
  readonly name: string;
  /** Several queries are sent concurrently, each by its own caller. */
  readonly query: string | readonly string[];
  /** Minimum number of calls for any client of the REST API. */
  readonly least: number;
  /** Why fewer calls are impossible. */
  readonly because: string;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

const aliases = (count: number, field: (i: number) => string) =>
  numbers(count)
    .map((i) => `c${i}: ${field(i)} { entityId email firstName lastName }`)
    .join(' ');

/** Executed in order by one gateway with the seeded store of 250 customers. */
export function countedOperations(emails: readonly string[]): readonly CountedOperation[] {
  return [
    {
      name: '50 customers',
      query: '{ customers(first: 50) { nodes { entityId email firstName lastName } } }',
      least: 1,
      because: 'a page',
    },
    {
      name: '… with the total count',
      query: '{ customers(first: 50) { totalCount nodes { entityId } } }',
      least: 1,
      because: 'the first page contains it',
    },
    {
      name: '… with addresses',
      query: '{ customers(first: 50) { nodes { entityId addresses { nodes { address1 city } } } } }',
      least: 2,
      because: 'three have more than the ten that a customer embeds',
    },
    {
      name: '20 with addresses, attributes, form fields, credit',
      query:
        '{ customers(first: 20) { nodes { entityId addresses { nodes { city formFields { name } } } attributes { value } formFields { name } storeCredit { amount } } } }',
      least: 3,
      because: 'two have more addresses, two more attributes than embedded',
    },
    {
      name: '20 with the names of their attributes',
      query: '{ customers(first: 20) { nodes { entityId attributes { name value } } } }',
      least: 3,
      because: 'the page, attributes beyond ten, the definitions',
    },
    {
      name: '… again',
      query: '{ customers(first: 20) { nodes { entityId attributes { value name } } } }',
      least: 2,
      because: 'the definitions are cached',
    },
    {
      name: '20 lookups by id',
      query: `{ ${aliases(20, (i) => `customer(by: { entityId: ${i} })`)} }`,
      least: 1,
      because: 'one list of ids',
    },
    {
      name: '20 lookups by e-mail',
      query: `{ ${aliases(20, (i) => `customer(by: { email: ${JSON.stringify(emails[i - 1])} })`)} }`,
      least: 1,
      because: 'one list of e-mails',
    },
    {
      name: '100 concurrent callers, each for another customer',
      query: numbers(100).map((id) => `{ customer(by: { entityId: ${id} }) { email } }`),
      least: 1,
      because: 'one list of ids',
    },
    {
      name: '64 concurrent callers, all for the same page',
      query: numbers(64).map(() => '{ customers(first: 5) { nodes { email consent { allow } } } }'),
      least: 6,
      because: 'the page, and consent has no batch endpoint',
    },
    {
      name: '50 addresses with their customers',
      query: '{ customerAddresses(first: 50) { nodes { city customer { email } } } }',
      least: 2,
      because: 'the customers are known only after the page',
    },
    {
      name: 'metafields of 50 customers',
      query: '{ customers(first: 50) { nodes { entityId metafields { nodes { key value } } } } }',
      least: 2,
      because: "the store's list of them fits a page",
    },
    {
      name: 'one metafield of 2 customers',
      query:
        '{ customers(first: 2) { nodes { entityId metafield(by: { name: { namespace: "loyalty", key: "points" } }) { value } } } }',
      least: 2,
      because: "the page, the store's list of that name",
    },
    {
      name: 'consent of 20 customers',
      query: '{ customers(first: 20) { nodes { entityId consent { allow } } } }',
      least: 21,
      because: 'consent has no batch endpoint',
    },
    {
      name: 'consent, instruments, metafields of 20',
      query:
        '{ customers(first: 20) { nodes { entityId consent { allow } storedInstruments { type } metafields { nodes { value } } } } }',
      least: 42,
      because: 'two of the three have no batch endpoint',
    },
    {
      name: 'the settings, with two aliases',
      query: '{ a: customerSettings { privacy { policyUrl } } b: customerSettings { id } }',
      least: 1,
      because: 'both are the same read',
    },
  ];
}

const FOUR_FIELDS = 'entityId email firstName lastName';
const ADDRESSES = 'addresses(first: 10) { nodes { entityId address1 city countryCode } }';

/** What a request of the load test sends. */
export interface LoadedRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Number of different lists of ids. The seeded store has 250 customers, of which the first 50 have many addresses. */
const LISTS = 150;

/** Ids of customers. Requests that are in flight together have different ones. */
const idsOf = (request: number, count: number) => numbers(count).map((i) => 50 + (request % LISTS) + i);

const byIds = (selection: string) => (request: number) => ({
  query: `query ($ids: [Int!]) { customers(first: 50, filter: { entityIds: $ids }) { nodes { ${selection} } } }`,
  variables: { ids: idsOf(request, 50) },
});

const LOOKUPS = `query (${numbers(20)
  .map((i) => `$i${i}: Int!`)
  .join(', ')}) { ${aliases(20, (i) => `customer(by: { entityId: $i${i} })`)} }`;

const always = (query: string) => () => ({ query });

/**
 * Operations of the load test, by the names that the hand-written server uses. The requests of most are alike, so those in
 * flight together share their work. Those of the operations `different…` have other customers each.
 */
export const loadedOperations = {
  page: always(`{ customers(first: 50) { nodes { ${FOUR_FIELDS} } } }`),
  addresses: always(`{ customers(first: 50) { nodes { ${FOUR_FIELDS} ${ADDRESSES} } } }`),
  lookups: always(`{ ${aliases(20, (i) => `customer(by: { entityId: ${i} })`)} }`),
  consents: always('{ customers(first: 20) { nodes { entityId email consent { allow deny } } } }'),
  typename: always('{ __typename }'),
  differentPages: byIds(FOUR_FIELDS),
  differentRecords: byIds(`${FOUR_FIELDS} ${ADDRESSES} attributes { attributeEntityId value }`),
  differentLookups: (request: number) => ({
    query: LOOKUPS,
    variables: Object.fromEntries(idsOf(request, 20).map((id, index) => [`i${index + 1}`, id])),
  }),
} as const satisfies Readonly<Record<string, (request: number) => LoadedRequest>>;

export type LoadedOperation = keyof typeof loadedOperations;
