/** An operation whose REST calls are counted. */
export interface Counted {
  readonly name: string;
  /** Several are asked at once, by as many callers. */
  readonly query: string | readonly string[];
  /** The fewest calls that any client of the REST API could answer it with, and why not fewer. */
  readonly least: number;
  readonly because: string;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

const aliases = (count: number, field: (i: number) => string) =>
  numbers(count)
    .map((i) => `c${i}: ${field(i)} { entityId email firstName lastName }`)
    .join(' ');

/** Asked row by row of one gateway on the seeded store of 250 customers. */
export function countedOperations(emails: readonly string[]): readonly Counted[] {
  return [
    {
      name: '50 customers',
      query: '{ customers(first: 50) { nodes { entityId email firstName lastName } } }',
      least: 1,
      because: 'a page',
    },
    {
      name: '… with their number',
      query: '{ customers(first: 50) { totalCount nodes { entityId } } }',
      least: 1,
      because: 'the first page tells it',
    },
    {
      name: '… with addresses',
      query: '{ customers(first: 50) { nodes { entityId addresses { nodes { address1 city } } } } }',
      least: 2,
      because: 'three have more than the ten that a customer shows',
    },
    {
      name: '20 with addresses, attributes, form fields, credit',
      query:
        '{ customers(first: 20) { nodes { entityId addresses { nodes { city formFields { name } } } attributes { value } formFields { name } storeCredit { amount } } } }',
      least: 3,
      because: 'two have more addresses, two more attributes than shown',
    },
    {
      name: '20 with the names of their attributes',
      query: '{ customers(first: 20) { nodes { entityId attributes { name value } } } }',
      least: 3,
      because: 'the page, what is not shown, the definitions',
    },
    {
      name: '… once more',
      query: '{ customers(first: 20) { nodes { entityId attributes { value name } } } }',
      least: 2,
      because: 'the definitions are known',
    },
    {
      name: '20 look-ups by id',
      query: `{ ${aliases(20, (i) => `customer(by: { entityId: ${i} })`)} }`,
      least: 1,
      because: 'one list of ids',
    },
    {
      name: '20 look-ups by e-mail',
      query: `{ ${aliases(20, (i) => `customer(by: { email: ${JSON.stringify(emails[i - 1])} })`)} }`,
      least: 1,
      because: 'one list of e-mails',
    },
    {
      name: '100 callers at once, each for another customer',
      query: numbers(100).map((id) => `{ customer(by: { entityId: ${id} }) { email } }`),
      least: 1,
      because: 'one list of ids',
    },
    {
      name: '64 callers at once, all for the same page',
      query: numbers(64).map(() => '{ customers(first: 5) { nodes { email consent { allow } } } }'),
      least: 6,
      because: 'the page, and there is no batch of consents',
    },
    {
      name: '50 addresses and whose they are',
      query: '{ customerAddresses(first: 50) { nodes { city customer { email } } } }',
      least: 2,
      because: 'the owners are known only after the page',
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
      because: 'there is no batch',
    },
    {
      name: 'consent, instruments, metafields of 20',
      query:
        '{ customers(first: 20) { nodes { entityId consent { allow } storedInstruments { type } metafields { nodes { value } } } } }',
      least: 42,
      because: 'no batch for two of the three',
    },
    {
      name: 'the settings, under two aliases',
      query: '{ a: customerSettings { privacy { policyUrl } } b: customerSettings { id } }',
      least: 1,
      because: 'they are the same',
    },
  ];
}

const FOUR = 'entityId email firstName lastName';

/** Operations under load, by the names under which the server that is written by hand knows them. */
export const loadedOperations = {
  page: `{ customers(first: 50) { nodes { ${FOUR} } } }`,
  addresses: `{ customers(first: 50) { nodes { ${FOUR} addresses(first: 10) { nodes { entityId address1 city countryCode } } } } }`,
  lookups: `{ ${aliases(20, (i) => `customer(by: { entityId: ${i} })`)} }`,
  consents: `{ customers(first: 20) { nodes { entityId email consent { allow deny } } } }`,
  typename: '{ __typename }',
} as const;

export type Loaded = keyof typeof loadedOperations;
