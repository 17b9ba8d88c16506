import { peekCursor } from '../resolvers/cursors.ts';
import { parseGlobalId } from '../resolvers/ids.ts';
import { pagesAround } from '../resolvers/store-paging.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { split } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import type { Read, Tab } from './tab.ts';

/** Records that a level of an operation stands for. */
export interface Crowd {
  /** The same crowd, however often it is met, has the same name. */
  readonly name: string;
  readonly size: number;
  /** Whether they are customers, or belong to customers, who are being read anyway. */
  readonly ofCustomers: boolean;
}

export interface RuleInput {
  readonly args: Readonly<Record<string, unknown>>;
  /** Whose field it is. Null at the root. */
  readonly crowd: Crowd;
  readonly tab: Tab;
  /** Where the field stands in the operation: `customers.nodes.consent`. */
  readonly path: string;
  /** Whether the field's own selection has this subfield. */
  readonly wants: (field: string) => boolean;
  /** Whether the attribute definitions are at hand. */
  readonly knowsDefinitions: boolean;
}

/** Orders what a field needs, and says what its subfields are fields of. */
export type Rule = (input: RuleInput) => Crowd;

/** Characters of a URL that are left for a list of values, whatever else stands in it. */
const ROOM = 1_700;

const DEFAULT_COUNT = 50;

/** One rule for each field that needs a REST call of its own. All other fields come with what they stand on. */
export const RULES: Readonly<Record<string, Rule>> = {
  'Query.customers': ({ args, tab, path, wants }) => {
    const filter = objectOf(args.filter);
    const listed = (filter.entityIds ?? filter.emails) as readonly (string | number)[] | undefined;
    const name = `customers ${JSON.stringify(args)}`;
    if (listed) {
      tab.once(
        `customers ${JSON.stringify(filter)}`,
        read('getCustomers', path),
        callsFor([...new Set(listed)].map(String)),
      );
      return { name, size: Math.min(countOf(args), listed.length), ofCustomers: true };
    }
    orderPage(tab, read('getCustomers', path), { args, wantsTotal: wants('totalCount') });
    return { name, size: countOf(args), ofCustomers: true };
  },
  'Query.customer': ({ args, tab, path }) => {
    const { email, entityId, id } = objectOf(args.by);
    if (typeof email === 'string') {
      tab.batch('customers by e-mail', read('getCustomers', path), [email.toLowerCase()], callsForNames);
      return { name: `customer ${email.toLowerCase()}`, size: 1, ofCustomers: true };
    }
    const number = typeof id === 'string' ? numbersIn(id)[0] : entityId;
    return customersById(tab, path, [String(number ?? '')]);
  },
  'Query.node': ({ args, tab, path }) => nodes(tab, path, [args.id]),
  'Query.nodes': ({ args, tab, path }) =>
    nodes(tab, path, (args.ids as readonly unknown[] | undefined) ?? []),
  'Query.customerAddress': ({ args, tab, path, crowd }) => {
    tab.batch('addresses by id', read('getCustomersAddresses', path), [String(args.entityId)], callsForNames);
    return { ...crowd, name: `address ${args.entityId}`, size: 1 };
  },
  'Query.customerAddresses': (input) => page(input, read('getCustomersAddresses', input.path)),
  'Query.customerAttributeValues': (input) => page(input, read('getCustomersAttributeValues', input.path)),
  'Query.formFieldValues': (input) => page(input, read('getCustomersFormFieldValues', input.path)),
  'Query.customerMetafields': (input) => page(input, read('getallCustomersMetafields', input.path)),
  'Query.customerAttributeDefinitions': definitions,
  'Query.customerSettings': ({ tab, path, crowd }) => {
    tab.once('settings', read('getCustomersSettings', path), 1);
    return crowd;
  },
  'Query.channelCustomerSettings': ({ args, tab, path, crowd }) => {
    tab.each('channel settings', read('getCustomersSettingsChannel', path), [String(args.channelId)]);
    return crowd;
  },

  'Customer.addresses': (input) => more(input, 'getCustomersAddresses'),
  'Customer.attributes': (input) => more(input, 'getCustomersAttributeValues'),
  'Customer.attribute': (input) => {
    if (objectOf(input.args.by).name !== undefined) definitions(input);
    return more(input, 'getCustomersAttributeValues');
  },
  'Customer.consent': (input) => oneEach(input, 'getCustomerConsent'),
  'Customer.storedInstruments': (input) => oneEach(input, 'getCustomerStoredInstruments'),
  'Customer.metafields': metafields,
  'Customer.metafield': (input) => {
    const { entityId } = objectOf(input.args.by);
    if (entityId === undefined) return metafields(input);
    input.tab.once(
      `metafield ${entityId} of ${input.crowd.name}`,
      read('getMetafieldsCustomerId', input.path),
      input.crowd.size,
    );
    return input.crowd;
  },

  'Mutation.createCustomers': write('createCustomers', 'customers'),
  'Mutation.updateCustomers': write('updateCustomers', 'customers'),
  'Mutation.deleteCustomers': deletion('deleteCustomers', 'entityIds', 'getCustomers'),
  'Mutation.createCustomerAddresses': write('createAddresses', 'addresses'),
  'Mutation.updateCustomerAddresses': write('updateAddresses', 'addresses'),
  'Mutation.deleteCustomerAddresses': deletion('deleteAddresses', 'entityIds', 'getCustomersAddresses'),
  'Mutation.createCustomerAttributeDefinitions': write('createDefinitions', 'definitions'),
  'Mutation.updateCustomerAttributeDefinitions': write('updateDefinitions', 'definitions'),
  'Mutation.deleteCustomerAttributeDefinitions': deletion(
    'deleteDefinitions',
    'entityIds',
    'getCustomersAttributes',
  ),
  'Mutation.upsertCustomerAttributeValues': write('upsertAttributeValues', 'values'),
  'Mutation.deleteCustomerAttributeValues': deletion(
    'deleteAttributeValues',
    'values',
    'getCustomersAttributeValues',
  ),
  'Mutation.upsertFormFieldValues': write('upsertFormFieldValues', 'values'),
  'Mutation.updateCustomerConsent': (input) => {
    const crowd = write('updateConsent', 'customers')(input);
    const halves = itemsOf(input, 'customers').filter(({ allow, deny }) => !allow || !deny);
    const note = 'where one of the two lists is absent';
    input.tab.once(`reads of ${input.path}`, read('getCustomerConsent', input.path, note), halves.length);
    return crowd;
  },
  'Mutation.createCustomerMetafields': write('createMetafields', 'metafields'),
  'Mutation.updateCustomerMetafields': write('updateMetafields', 'metafields'),
  'Mutation.deleteCustomerMetafields': write('deleteMetafields', 'metafields'),
  'Mutation.updateCustomerSettings': write('updateSettings', null),
  'Mutation.updateChannelCustomerSettings': write('updateChannelSettings', null),
  'Mutation.validateCustomerCredentials': write('validateCredentials', null),

  'CustomerResult.customer': (input) => {
    const { crowd, tab, path, wants } = input;
    if (PARTS.some(wants)) customersById(tab, path, crowd.size);
    return { ...crowd, ofCustomers: true };
  },
  'ValidateCustomerCredentialsPayload.customer': ({ tab, path }) => customersById(tab, path, 1),

  'CustomerAddress.customer': owner,
  'CustomerAttributeValue.customer': owner,
  'CustomerMetafield.customer': owner,
  'CustomerAttributeValue.definition': definitions,
  'CustomerAttributeValue.name': definitions,
  'CustomerAttributeValue.numberValue': definitions,
  'CustomerAttributeValue.dateValue': definitions,
};

/** What the answer to a write leaves out of a customer. */
const PARTS = [
  'addresses',
  'addressCount',
  'attributes',
  'attribute',
  'attributeCount',
  'formFields',
  'shopperProfileId',
  'segmentIds',
];

/** What a write costs where nothing goes wrong: as many calls as the store's limit of items asks for. */
function write(name: keyof typeof WRITE_RULES, list: string | null): Rule {
  const { operation, items } = WRITE_RULES[name];
  return (input) => {
    const size = list === null ? 1 : itemsOf(input, list).length;
    const planned = { operation, path: WRITE_PATHS[name], field: input.path, note: NOTE_OF_WRITES };
    input.tab.once(`${name} at ${input.path}`, planned, Math.ceil(size / items));
    return { name: `written at ${input.path}`, size, ofCustomers: false };
  };
}

/** A delete, and the look-up beforehand of which records exist. */
function deletion(name: keyof typeof WRITE_RULES, list: string, lookUp: keyof typeof PATHS): Rule {
  const { items } = WRITE_RULES[name];
  return (input) => {
    const crowd = write(name, list)(input);
    input.tab.once(`look-up at ${input.path}`, read(lookUp, input.path), Math.ceil(crowd.size / items));
    return crowd;
  };
}

const NOTE_OF_WRITES = 'more where an answer is lost or an item is refused';

function itemsOf({ args }: RuleInput, list: string): readonly Readonly<Record<string, unknown>>[] {
  const items = objectOf(args.input)[list];
  return Array.isArray(items) ? items.map(objectOf) : [];
}

const WRITE_PATHS: Readonly<Record<keyof typeof WRITE_RULES, string>> = {
  createCustomers: '/customers',
  updateCustomers: '/customers',
  deleteCustomers: '/customers',
  createAddresses: '/customers/addresses',
  updateAddresses: '/customers/addresses',
  deleteAddresses: '/customers/addresses',
  createDefinitions: '/customers/attributes',
  updateDefinitions: '/customers/attributes',
  deleteDefinitions: '/customers/attributes',
  upsertAttributeValues: '/customers/attribute-values',
  deleteAttributeValues: '/customers/attribute-values',
  upsertFormFieldValues: '/customers/form-field-values',
  updateConsent: '/customers/{customerId}/consent',
  createMetafield: '/customers/{customerId}/metafields',
  createMetafields: '/customers/metafields',
  updateMetafield: '/customers/{customerId}/metafields/{metafieldId}',
  updateMetafields: '/customers/metafields',
  deleteMetafield: '/customers/{customerId}/metafields/{metafieldId}',
  deleteMetafields: '/customers/metafields',
  updateSettings: '/customers/settings',
  updateChannelSettings: '/customers/settings/channels/{channelId}',
  validateCredentials: '/customers/validate-credentials',
};

const PATHS = {
  getCustomers: '/customers',
  getCustomersAddresses: '/customers/addresses',
  getCustomersAttributes: '/customers/attributes',
  getCustomersAttributeValues: '/customers/attribute-values',
  getCustomersFormFieldValues: '/customers/form-field-values',
  getCustomerConsent: '/customers/{customerId}/consent',
  getCustomerStoredInstruments: '/customers/{customerId}/stored-instruments',
  getCustomersMetafields: '/customers/{customerId}/metafields',
  getMetafieldsCustomerId: '/customers/{customerId}/metafields/{metafieldId}',
  getallCustomersMetafields: '/customers/metafields',
  getCustomersSettings: '/customers/settings',
  getCustomersSettingsChannel: '/customers/settings/channels/{channelId}',
} as const;

function read(operation: keyof typeof PATHS, field: string, note?: string): Read {
  return { operation, path: PATHS[operation], field, ...(note !== undefined && { note }) };
}

function page({ args, tab, wants }: RuleInput, of: Read): Crowd {
  orderPage(tab, of, { args, wantsTotal: wants('totalCount') });
  return { name: `${of.path} ${JSON.stringify(args)}`, size: countOf(args), ofCustomers: false };
}

function orderPage(
  tab: Tab,
  of: Read,
  { args, wantsTotal }: { readonly args: RuleInput['args']; readonly wantsTotal: boolean },
): void {
  const count = countOf(args);
  const key = `${of.path} ${JSON.stringify(args)}`;
  const cursor = peekCursor(args.after ?? args.before);
  const list = `${of.path} ${JSON.stringify([args.filter, args.sort, args.direction])}`;
  if (count === 0) {
    if (wantsTotal) tab.once(`total of ${list}`, of, 1);
    return;
  }
  if (cursor?.kind === 'store') {
    const between = args.before === undefined ? cursor.fromStart : cursor.toEnd;
    tab.once(key, of, between + count > PAGE_SIZE ? 2 : 1);
    if (wantsTotal) tab.once(`total of ${list}`, of, 1);
    return;
  }
  if (cursor?.kind === 'place') {
    const start = args.before === undefined ? cursor.index + 1 : Math.max(0, cursor.index - count);
    tab.once(key, of, pagesAround(start, count).requests.length);
    return;
  }
  const fromTheEnd = args.last !== undefined && args.last !== null;
  tab.once(key, fromTheEnd ? { ...of, note: 'fewer where the list is short' } : of, fromTheEnd ? 3 : 1);
}

function customersById(tab: Tab, path: string, ids: readonly string[] | number): Crowd {
  tab.batch(
    `customers by id ${typeof ids === 'number' ? path : ''}`,
    read('getCustomers', path),
    ids,
    callsForNames,
  );
  const name = typeof ids === 'number' ? `customers at ${path}` : `customer ${ids.join()}`;
  return { name, size: typeof ids === 'number' ? ids : ids.length, ofCustomers: true };
}

function nodes(tab: Tab, path: string, ids: readonly unknown[]): Crowd {
  const parsed = ids.flatMap((id) => (typeof id === 'string' ? (parseQuietly(id) ?? []) : []));
  const numbersOf = (type: string, at: number) =>
    parsed.filter((id) => id.type === type).map(({ numbers }) => String(numbers[at] ?? ''));
  const customers = numbersOf('Customer', 0);
  if (customers.length > 0) customersById(tab, path, customers);
  tab.batch(
    'addresses by id',
    read('getCustomersAddresses', path),
    numbersOf('CustomerAddress', 0),
    callsForNames,
  );
  tab.batch(
    'values by customer',
    read('getCustomersAttributeValues', path),
    numbersOf('CustomerAttributeValue', 0),
    callsForNames,
  );
  if (parsed.some(({ type }) => type === 'CustomerAttributeDefinition')) {
    tab.once('definitions', read('getCustomersAttributes', path), 1);
  }
  const metafieldIds = parsed
    .filter(({ type }) => type === 'CustomerMetafield')
    .map(({ numbers }) => numbers.join(':'));
  tab.each('metafields by id', read('getMetafieldsCustomerId', path), metafieldIds);
  if (parsed.some(({ type }) => type === 'CustomerSettings'))
    tab.once('settings', read('getCustomersSettings', path), 1);
  tab.each(
    'channel settings',
    read('getCustomersSettingsChannel', path),
    numbersOf('ChannelCustomerSettings', 0),
  );
  return {
    name: `nodes ${ids.join()}`,
    size: customers.length || ids.length,
    ofCustomers: customers.length > 0,
  };
}

/** What a customer shows of a list stops at ten, so that there may be more to ask for. */
function more(
  { crowd, tab, path }: RuleInput,
  operation: 'getCustomersAddresses' | 'getCustomersAttributeValues',
): Crowd {
  const note =
    'only where a customer has more than ten; one call for each 250 that those customers have in all';
  if (crowd.size > 0) tab.once(operation, read(operation, path, note), 1);
  return crowd;
}

function oneEach(
  { crowd, tab, path }: RuleInput,
  operation: 'getCustomerConsent' | 'getCustomerStoredInstruments',
): Crowd {
  tab.once(`${operation} of ${crowd.name}`, read(operation, path), crowd.size);
  return crowd;
}

const FEW_CUSTOMERS = 2;

function metafields({ crowd, tab, path }: RuleInput): Crowd {
  tab.batch(
    'metafields',
    read('getCustomersMetafields', path, "one a customer, or the store's list where that is less"),
    namesOf(crowd),
    (count) => (count > FEW_CUSTOMERS ? count + 1 : count),
  );
  return crowd;
}

// The same crowd of customers must not be counted twice, and different ones must.
function namesOf({ name, size }: Crowd): readonly string[] {
  return Array.from({ length: size }, (_, i) => `${name} ${i}`);
}

function definitions({ tab, path, crowd, knowsDefinitions }: RuleInput): Crowd {
  if (!knowsDefinitions) tab.once('definitions', read('getCustomersAttributes', path), 1);
  return crowd;
}

function owner({ crowd, tab, path }: RuleInput): Crowd {
  return crowd.ofCustomers ? crowd : customersById(tab, path, crowd.size);
}

function callsForNames(count: number, names: readonly string[]): number {
  if (names.length < count) return Math.ceil(count / PAGE_SIZE);
  return callsFor(names);
}

// Half a surrogate pair cannot be encoded; the field that is given one will say so.
function callsFor(names: readonly string[]): number {
  return split(
    names.map((name) => name.toWellFormed()),
    ROOM,
  ).length;
}

function countOf({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_COUNT;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_COUNT;
}

function numbersIn(id: string): readonly number[] {
  return parseQuietly(id)?.numbers ?? [];
}

// An id that is none fails its own field, at no cost.
function parseQuietly(id: string): ReturnType<typeof parseGlobalId> | null {
  try {
    return parseGlobalId(id, 'id');
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
