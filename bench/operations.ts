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

/** Operations of the load test, by the names that the hand-written server uses. */
export const loadedOperations = {
  page: `{ customers(first: 50) { nodes { ${FOUR_FIELDS} } } }`,
  addresses: `{ customers(first: 50) { nodes { ${FOUR_FIELDS} addresses(first: 10) { nodes { entityId address1 city countryCode } } } } }`,
  lookups: `{ ${aliases(20, (i) => `customer(by: { entityId: ${i} })`)} }`,
  consents: `{ customers(first: 20) { nodes { entityId email consent { allow deny } } } }`,
  typename: '{ __typename }',
} as const;

export type LoadedOperation = keyof typeof loadedOperations;
