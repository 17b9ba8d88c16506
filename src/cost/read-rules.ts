import { type NodeType, parseGlobalId } from '../resolvers/inputs/ids.ts';
import { chunkKeys } from '../rest/batching/chunks.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { pageSize, planPage, planRecordPage } from './page-cost.ts';
import { type CostPlan, callTemplate } from './plan.ts';
import {
  asObject,
  type CostRule,
  CUSTOMERS,
  keysOf,
  type Population,
  ROOT,
  type RuleInput,
} from './population.ts';
import { WRITE_COST_RULES } from './write-rules.ts';

/** Characters of a URL that always remain for lists of values, beside any other parameters. */
const MIN_LIST_SPACE = 1_700;

/** One rule for each field that needs a REST call. All other fields come with their parent and cost nothing. */
export const COST_RULES: Readonly<Record<string, CostRule>> = {
  'Query.customers': planCustomers,
  'Query.customer': ({ args, plan, path }) => {
    const { email, entityId, id } = asObject(args.by);
    if (typeof email === 'string') {
      const name = email.toLowerCase();
      plan.batched('customers by e-mail', callTemplate('getCustomers', path), [name], countBatches);
      return { ...CUSTOMERS, key: `customer ${name}`, members: [`customer ${name}`] };
    }
    const number = typeof id === 'string' ? parseGlobalIdOrNull(id)?.numbers[0] : entityId;
    return planCustomersById(plan, path, number === undefined ? [] : [String(number)]);
  },
  'Query.node': (input) => planNodes(input, [String(input.args.id)]),
  'Query.nodes': (input) => planNodes(input, input.args.ids as readonly string[]),
  'Viewer.customer': ({ plan, path, caller }) =>
    planCustomersById(plan, path, caller.kind === 'shopper' ? [String(caller.customerEntityId)] : []),
  'Query.customerAddress': ({ args, plan, path }) => {
    const id = String(args.entityId);
    plan.batched('addresses by id', callTemplate('getCustomersAddresses', path), [id], countBatches);
    return { ...ROOT, key: `address ${id}`, after: 'addresses by id' };
  },
  'Query.customerAddresses': (input) =>
    planRecordPage(input, callTemplate('getCustomersAddresses', input.path)),
  'Query.customerAttributeValues': (input) =>
    planRecordPage(input, callTemplate('getCustomersAttributeValues', input.path)),
  'Query.formFieldValues': (input) =>
    planRecordPage(input, callTemplate('getCustomersFormFieldValues', input.path)),
  'Query.customerMetafields': (input) =>
    typeof input.args.customerEntityId === 'number'
      ? planMetafieldPage(input)
      : planRecordPage(input, callTemplate('getallCustomersMetafields', input.path)),
  'Query.customerMetafield': (input) => planMetafield({ ...input, population: customerIn(input) }),
  'Query.customerConsent': (input) =>
    planPerCustomer({ ...input, population: customerIn(input) }, 'getCustomerConsent'),
  'Query.customerStoredInstruments': (input) =>
    planPerCustomer({ ...input, population: customerIn(input) }, 'getCustomerStoredInstruments'),
  'Query.customerAttributeDefinitions': planDefinitions,
  'Query.customerSettings': ({ plan, path, population }) => {
    plan.once('settings', callTemplate('getCustomersSettings', path), 1);
    return population;
  },
  'Query.channelCustomerSettings': ({ args, plan, path, population }) => {
    plan.perKey('channel settings', callTemplate('getCustomersSettingsChannel', path), [
      String(args.channelId),
    ]);
    return population;
  },

  'Customer.addresses': (input) => planBeyondEmbedded(input, 'getCustomersAddresses'),
  'Customer.attributes': (input) => planBeyondEmbedded(input, 'getCustomersAttributeValues'),
  'Customer.attribute': (input) => {
    if (typeof asObject(input.args.by).name === 'string') planDefinitions(input);
    return planBeyondEmbedded(input, 'getCustomersAttributeValues');
  },
  'Customer.consent': (input) => planPerCustomer(input, 'getCustomerConsent'),
  'Customer.storedInstruments': (input) => planPerCustomer(input, 'getCustomerStoredInstruments'),
  'Customer.metafields': planMetafields,
  'Customer.metafield': planMetafield,

  ...WRITE_COST_RULES,

  'CustomerAddress.customer': planOwner,
  'CustomerAttributeValue.customer': planOwner,
  'CustomerMetafield.customer': planOwner,
  'CustomerAttributeValue.definition': planDefinitions,
  'CustomerAttributeValue.name': planDefinitions,
  'CustomerAttributeValue.numberValue': planDefinitions,
  'CustomerAttributeValue.dateValue': planDefinitions,
};

function planCustomers({ args, plan, path, selects }: RuleInput): Population {
  const { entityIds, emails, ...others } = asObject(args.filter);
  const listed = (entityIds ?? emails) as readonly (string | number)[] | null | undefined;
  const key = `customers ${JSON.stringify(args)}`;
  const count = pageSize(args);
  const wantsTotal = selects('totalCount');
  if (!listed) {
    planPage(plan, callTemplate('getCustomers', path), { args, wantsTotal });
    return { ...CUSTOMERS, key, size: count };
  }
  // The other filters are part of the same URL.
  const room = MIN_LIST_SPACE - encodeURIComponent(JSON.stringify(others)).length;
  const calls = count === 0 && !wantsTotal ? 0 : countBatches(distinct(listed.map(String)), room);
  plan.once(
    `customers ${JSON.stringify(args.filter)} ${calls > 0}`,
    callTemplate('getCustomers', path),
    calls,
  );
  return { ...CUSTOMERS, key, size: Math.min(count, listed.length) };
}

function planCustomersById(tab: CostPlan, path: string, ids: readonly string[]): Population {
  tab.batched('customers by id', callTemplate('getCustomers', path), ids, countBatches);
  const members = ids.map((id) => `customer ${id}`);
  return { ...CUSTOMERS, key: members.join(), size: ids.length, members };
}

function planNodes(input: RuleInput, ids: readonly string[]): Population {
  const { plan, path } = input;
  const byType = Object.groupBy(
    ids.flatMap((id) => parseGlobalIdOrNull(id) ?? []),
    ({ type }) => type,
  );
  const firstNumbers = (type: NodeType) => distinct(byType[type]?.map(({ numbers }) => String(numbers[0])));
  const wholeIds = (type: NodeType) => distinct(byType[type]?.map(({ numbers }) => numbers.join(':')));
  const crowdOf = (type: NodeType, after: string): Population => {
    const members = wholeIds(type).map((id) => `${type} ${id}`);
    return { ...ROOT, key: members.join(), size: members.length, members, after };
  };

  const addresses = callTemplate('getCustomersAddresses', path);
  const values = callTemplate(
    'getCustomersAttributeValues',
    path,
    'one per 250 values that those customers have',
  );
  plan.batched('addresses by id', addresses, firstNumbers('CustomerAddress'), countBatches);
  plan.batched('values by customer', values, firstNumbers('CustomerAttributeValue'), countBatches);
  if (byType.CustomerAttributeDefinition) planDefinitions(input);
  plan.perKey(
    'metafields by id',
    callTemplate('getMetafieldsCustomerId', path),
    wholeIds('CustomerMetafield'),
  );
  if (byType.CustomerSettings) plan.once('settings', callTemplate('getCustomersSettings', path), 1);
  const channels = firstNumbers('ChannelCustomerSettings');
  plan.perKey('channel settings', callTemplate('getCustomersSettingsChannel', path), channels);
  return {
    ...ROOT,
    byType: {
      Customer: planCustomersById(plan, path, firstNumbers('Customer')),
      CustomerAddress: crowdOf('CustomerAddress', 'addresses by id'),
      CustomerAttributeValue: crowdOf('CustomerAttributeValue', 'values by customer'),
      CustomerMetafield: { ...crowdOf('CustomerMetafield', 'metafields by id'), unbatched: true },
    },
  };
}

/** A customer record embeds at most ten entries of a list, so further calls may be needed for the rest. */
function planBeyondEmbedded(
  { population, plan, path }: RuleInput,
  operation: 'getCustomersAddresses' | 'getCustomersAttributeValues',
): Population {
  const note = 'only if a customer has more than ten; one call per 250 that those customers have in total';
  const [mode, calls] = population.unbatched ? ['one by one', population.size] : ['batched', 1];
  plan.once(`${operation} of ${population.key}, ${mode}`, callTemplate(operation, path, note), calls);
  return population;
}

function planPerCustomer(
  { population, plan, path }: RuleInput,
  operation: 'getCustomerConsent' | 'getCustomerStoredInstruments',
): Population {
  plan.perKey(operation, callTemplate(operation, path), keysOf(population));
  return population;
}

/** The customer that a root field names. The customer itself is not read. */
function customerIn({ args }: RuleInput): Population {
  const customer = `customer ${args.customerEntityId}`;
  return { ...ROOT, key: customer, members: [customer] };
}

function planMetafieldPage(input: RuleInput): Population {
  const population = customerIn(input);
  const isEmpty = pageSize(input.args) === 0;
  const owner =
    isEmpty && !input.selects('totalCount') ? population : planMetafields({ ...input, population });
  return isEmpty ? { ...owner, size: 0, members: [] } : owner;
}

function planMetafield(input: RuleInput): Population {
  const { entityId } = asObject(input.args.by);
  if (typeof entityId !== 'number') return planMetafields(input);
  const { plan, path, population } = input;
  plan.perKey(`metafield ${entityId}`, callTemplate('getMetafieldsCustomerId', path), keysOf(population));
  return { ...population, unbatched: true };
}

const MAX_CUSTOMERS_WITHOUT_LIST = 2;

function planMetafields({ population, plan, path }: RuleInput): Population {
  const note = "one per customer, or the store's list if that takes fewer";
  const names = keysOf(population).map((name) => `${population.after}${WAVE_SEPARATOR}${name}`);
  plan.batched('metafields', callTemplate('getCustomersMetafields', path, note), names, countMetafieldCalls);
  return { ...population, unbatched: true };
}

const WAVE_SEPARATOR = '\n';

// The first page of the list is read once for each wave of more than MAX_CUSTOMERS_WITHOUT_LIST customers, and once for small waves
// that arrive at the same time.
function countMetafieldCalls(names: readonly string[]): number {
  const waves = Map.groupBy(names, (name) => name.slice(0, name.indexOf(WAVE_SEPARATOR)));
  const sizes = [...waves.values()].map(({ length }) => length);
  const small = sizes.filter((size) => size <= MAX_CUSTOMERS_WITHOUT_LIST);
  const inSmallWaves = small.reduce((sum, size) => sum + size, 0);
  return (
    names.length + sizes.length - small.length + Math.floor(inSmallWaves / (MAX_CUSTOMERS_WITHOUT_LIST + 1))
  );
}

function planDefinitions({ plan, path, population, definitionsCached }: RuleInput): Population {
  if (!definitionsCached) plan.once('definitions', callTemplate('getCustomersAttributes', path), 1);
  return population;
}

function planOwner({ population, plan, path }: RuleInput): Population {
  if (population.ofCustomers) return population;
  const callsFor = ({ length }: readonly string[]) =>
    population.unbatched ? length : Math.ceil(length / PAGE_SIZE);
  const members = keysOf(population).map((name) => `customer of ${name}`);
  plan.batched(`customers after ${population.after}`, callTemplate('getCustomers', path), members, callsFor);
  return { ...population, key: `customers of ${population.key}`, members, ofCustomers: true };
}

// A lone surrogate cannot be URL-encoded. The field that gets one reports the error itself.
function countBatches(names: readonly string[], room = MIN_LIST_SPACE): number {
  return chunkKeys(
    names.map((name) => name.toWellFormed()),
    room,
  ).length;
}

function distinct(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)];
}

// An invalid id fails its own field and costs nothing.
function parseGlobalIdOrNull(id: string): ReturnType<typeof parseGlobalId> | null {
  try {
    return parseGlobalId(id, 'id');
  } catch {
    return null;
  }
}
