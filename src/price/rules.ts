import { type NodeType, parseGlobalId } from '../resolvers/ids.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { split } from '../rest/portions.ts';
import { type Crowd, CUSTOMERS, namesOf, objectOf, type Rule, type RuleInput, START } from './crowd.ts';
import { countOf, orderPage, page } from './pages.ts';
import { read } from './reads.ts';
import type { Tab } from './tab.ts';
import { WRITE_PRICES } from './writes.ts';

/** Characters of a URL that always remain for lists of values, beside any other parameters. */
const ROOM = 1_700;

/** One rule for each field that needs a REST call. All other fields come with their parent and cost nothing. */
export const RULES: Readonly<Record<string, Rule>> = {
  'Query.customers': customers,
  'Query.customer': ({ args, tab, path }) => {
    const { email, entityId, id } = objectOf(args.by);
    if (typeof email === 'string') {
      const name = email.toLowerCase();
      tab.batch('customers by e-mail', read('getCustomers', path), [name], callsForNames);
      return { ...CUSTOMERS, name: `customer ${name}`, members: [`customer ${name}`] };
    }
    const number = typeof id === 'string' ? parseQuietly(id)?.numbers[0] : entityId;
    return customersById(tab, path, number === undefined ? [] : [String(number)]);
  },
  'Query.node': (input) => nodes(input, [String(input.args.id)]),
  'Query.nodes': (input) => nodes(input, input.args.ids as readonly string[]),
  'Viewer.customer': ({ tab, path, caller }) =>
    customersById(tab, path, caller.kind === 'shopper' ? [String(caller.customerEntityId)] : []),
  'Query.customerAddress': ({ args, tab, path }) => {
    const id = String(args.entityId);
    tab.batch('addresses by id', read('getCustomersAddresses', path), [id], callsForNames);
    return { ...START, name: `address ${id}`, after: 'addresses by id' };
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
    if (typeof objectOf(input.args.by).name === 'string') definitions(input);
    return more(input, 'getCustomersAttributeValues');
  },
  'Customer.consent': (input) => oneEach(input, 'getCustomerConsent'),
  'Customer.storedInstruments': (input) => oneEach(input, 'getCustomerStoredInstruments'),
  'Customer.metafields': metafields,
  'Customer.metafield': (input) => {
    const { entityId } = objectOf(input.args.by);
    if (typeof entityId !== 'number') return metafields(input);
    const { tab, path, crowd } = input;
    tab.each(`metafield ${entityId}`, read('getMetafieldsCustomerId', path), namesOf(crowd));
    return { ...crowd, oneByOne: true };
  },

  ...WRITE_PRICES,

  'CustomerAddress.customer': owner,
  'CustomerAttributeValue.customer': owner,
  'CustomerMetafield.customer': owner,
  'CustomerAttributeValue.definition': definitions,
  'CustomerAttributeValue.name': definitions,
  'CustomerAttributeValue.numberValue': definitions,
  'CustomerAttributeValue.dateValue': definitions,
};

function customers({ args, tab, path, wants }: RuleInput): Crowd {
  const { entityIds, emails, ...others } = objectOf(args.filter);
  const listed = (entityIds ?? emails) as readonly (string | number)[] | null | undefined;
  const name = `customers ${JSON.stringify(args)}`;
  const count = countOf(args);
  const wantsTotal = wants('totalCount');
  if (!listed) {
    orderPage(tab, read('getCustomers', path), { args, wantsTotal });
    return { ...CUSTOMERS, name, size: count };
  }
  // The other filters are part of the same URL.
  const room = ROOM - encodeURIComponent(JSON.stringify(others)).length;
  const calls = count === 0 && !wantsTotal ? 0 : callsForNames(distinct(listed.map(String)), room);
  tab.once(`customers ${JSON.stringify(args.filter)} ${calls > 0}`, read('getCustomers', path), calls);
  return { ...CUSTOMERS, name, size: Math.min(count, listed.length) };
}

function customersById(tab: Tab, path: string, ids: readonly string[]): Crowd {
  tab.batch('customers by id', read('getCustomers', path), ids, callsForNames);
  const members = ids.map((id) => `customer ${id}`);
  return { ...CUSTOMERS, name: members.join(), size: ids.length, members };
}

function nodes(input: RuleInput, ids: readonly string[]): Crowd {
  const { tab, path } = input;
  const byType = Object.groupBy(
    ids.flatMap((id) => parseQuietly(id) ?? []),
    ({ type }) => type,
  );
  const firstNumbers = (type: NodeType) => distinct(byType[type]?.map(({ numbers }) => String(numbers[0])));
  const wholeIds = (type: NodeType) => distinct(byType[type]?.map(({ numbers }) => numbers.join(':')));
  const crowdOf = (type: NodeType, after: string): Crowd => {
    const members = wholeIds(type).map((id) => `${type} ${id}`);
    return { ...START, name: members.join(), size: members.length, members, after };
  };

  const addresses = read('getCustomersAddresses', path);
  const values = read('getCustomersAttributeValues', path, 'one per 250 values that those customers have');
  tab.batch('addresses by id', addresses, firstNumbers('CustomerAddress'), callsForNames);
  tab.batch('values by customer', values, firstNumbers('CustomerAttributeValue'), callsForNames);
  if (byType.CustomerAttributeDefinition) definitions(input);
  tab.each('metafields by id', read('getMetafieldsCustomerId', path), wholeIds('CustomerMetafield'));
  if (byType.CustomerSettings) tab.once('settings', read('getCustomersSettings', path), 1);
  const channels = firstNumbers('ChannelCustomerSettings');
  tab.each('channel settings', read('getCustomersSettingsChannel', path), channels);
  return {
    ...START,
    byType: {
      Customer: customersById(tab, path, firstNumbers('Customer')),
      CustomerAddress: crowdOf('CustomerAddress', 'addresses by id'),
      CustomerAttributeValue: crowdOf('CustomerAttributeValue', 'values by customer'),
      CustomerMetafield: { ...crowdOf('CustomerMetafield', 'metafields by id'), oneByOne: true },
    },
  };
}

/** A customer record embeds at most ten entries of a list, so further calls may be needed for the rest. */
function more(
  { crowd, tab, path }: RuleInput,
  operation: 'getCustomersAddresses' | 'getCustomersAttributeValues',
): Crowd {
  const note = 'only if a customer has more than ten; one call per 250 that those customers have in total';
  const [mode, calls] = crowd.oneByOne ? ['one by one', crowd.size] : ['batched', 1];
  tab.once(`${operation} of ${crowd.name}, ${mode}`, read(operation, path, note), calls);
  return crowd;
}

function oneEach(
  { crowd, tab, path }: RuleInput,
  operation: 'getCustomerConsent' | 'getCustomerStoredInstruments',
): Crowd {
  tab.each(operation, read(operation, path), namesOf(crowd));
  return crowd;
}

const MAX_CUSTOMERS_WITHOUT_LIST = 2;

function metafields({ crowd, tab, path }: RuleInput): Crowd {
  const note = "one per customer, or the store's list if that takes fewer";
  const names = namesOf(crowd).map((name) => `${crowd.after}${WAVE_ENDS}${name}`);
  tab.batch('metafields', read('getCustomersMetafields', path, note), names, callsForMetafields);
  return { ...crowd, oneByOne: true };
}

const WAVE_ENDS = '\n';

// The first page of the list is read once for each wave of more than MAX_CUSTOMERS_WITHOUT_LIST customers, and once for small waves
// that arrive at the same time.
function callsForMetafields(names: readonly string[]): number {
  const waves = Map.groupBy(names, (name) => name.slice(0, name.indexOf(WAVE_ENDS)));
  const sizes = [...waves.values()].map(({ length }) => length);
  const small = sizes.filter((size) => size <= MAX_CUSTOMERS_WITHOUT_LIST);
  const inSmallWaves = small.reduce((sum, size) => sum + size, 0);
  return (
    names.length + sizes.length - small.length + Math.floor(inSmallWaves / (MAX_CUSTOMERS_WITHOUT_LIST + 1))
  );
}

function definitions({ tab, path, crowd, knowsDefinitions }: RuleInput): Crowd {
  if (!knowsDefinitions) tab.once('definitions', read('getCustomersAttributes', path), 1);
  return crowd;
}

function owner({ crowd, tab, path }: RuleInput): Crowd {
  if (crowd.ofCustomers) return crowd;
  const callsFor = ({ length }: readonly string[]) =>
    crowd.oneByOne ? length : Math.ceil(length / PAGE_SIZE);
  const members = namesOf(crowd).map((name) => `customer of ${name}`);
  tab.batch(`customers after ${crowd.after}`, read('getCustomers', path), members, callsFor);
  return { ...crowd, name: `customers of ${crowd.name}`, members, ofCustomers: true };
}

// A lone surrogate cannot be URL-encoded. The field that gets one reports the error itself.
function callsForNames(names: readonly string[], room = ROOM): number {
  return split(
    names.map((name) => name.toWellFormed()),
    room,
  ).length;
}

function distinct(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)];
}

// An invalid id fails its own field and costs nothing.
function parseQuietly(id: string): ReturnType<typeof parseGlobalId> | null {
  try {
    return parseGlobalId(id, 'id');
  } catch {
    return null;
  }
}
