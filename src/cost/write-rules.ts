import { PAGE_SIZE } from '../rest/limits.ts';
import { OPERATIONS, type OperationId } from '../rest/operations.ts';
import { callTemplate } from './plan.ts';
import {
  asObject,
  type CostRule,
  CUSTOMERS,
  keysOf,
  type Population,
  ROOT,
  type RuleInput,
} from './population.ts';

/** One rule for each mutation, and for the payload fields that need a read. */
export const WRITE_COST_RULES: Readonly<Record<string, CostRule>> = {
  'Mutation.createCustomers': writeRule('createCustomers', 'customers'),
  'Mutation.updateCustomers': writeRule('updateCustomers', 'customers'),
  'Mutation.deleteCustomers': deleteRule('deleteCustomers', 'entityIds', 'getCustomers'),
  'Mutation.createCustomerAddresses': planAddresses,
  'Mutation.updateCustomerAddresses': writeRule('updateCustomersAddresses', 'addresses'),
  'Mutation.deleteCustomerAddresses': deleteRule(
    'deleteCustomersAddresses',
    'entityIds',
    'getCustomersAddresses',
  ),
  'Mutation.createCustomerAttributeDefinitions': planDefinitions,
  'Mutation.updateCustomerAttributeDefinitions': writeRule('updateCustomersAttributes', 'definitions'),
  'Mutation.deleteCustomerAttributeDefinitions': deleteRule(
    'deleteCustomersAttributes',
    'entityIds',
    'getCustomersAttributes',
  ),
  'Mutation.upsertCustomerAttributeValues': writeRule('upsertCustomersAttributeValues', 'values'),
  'Mutation.deleteCustomerAttributeValues': deleteRule(
    'deleteCustomersAttributeValues',
    'values',
    'getCustomersAttributeValues',
  ),
  'Mutation.upsertFormFieldValues': writeRule('updateCustomerFormFieldValues', 'values'),
  'Mutation.updateCustomerConsent': planConsent,
  'Mutation.createCustomerMetafields': writeRule('createCustomersMetafields', 'metafields'),
  'Mutation.updateCustomerMetafields': writeRule('updateCustomersMetafields', 'metafields'),
  'Mutation.deleteCustomerMetafields': writeRule('deleteCustomersMetafields', 'metafields'),
  'Mutation.updateCustomerSettings': writeRule('updateCustomersSettings', null),
  'Mutation.updateChannelCustomerSettings': writeRule('updateCustomersSettingsChannel', null),
  'Mutation.validateCustomerCredentials': writeRule('validateCustomerCredentials', null),

  'CustomerResult.customer': (input) =>
    NOT_IN_RESPONSE.some(input.selects) ? planWrittenCustomers(input) : customersOf(input),
  'ValidateCustomerCredentialsPayload.customer': planWrittenCustomers,
};

/** The cost of a write without failures: one call per batch of the maximum size. */
function writeRule(name: OperationId, list: string | null): CostRule {
  const { maxItems } = OPERATIONS[name];
  return (input) => {
    const size = list === null ? 1 : inputItems(input, list).length;
    const planned = { ...callTemplate(name, input.path, NOTE), items: size };
    input.plan.once(`${name} at ${input.path}`, planned, Math.ceil(size / maxItems));
    const crowd = `written at ${input.path}`;
    return { ...ROOT, key: crowd, size, after: crowd };
  };
}

const NOTE = 'more if a response is lost or an item is rejected';

/** The cost of a delete, including the lookup of the records that exist. */
function deleteRule(name: OperationId, list: string, lookUp: OperationId): CostRule {
  const { maxItems } = OPERATIONS[name];
  return (input) => {
    const crowd = writeRule(name, list)(input);
    input.plan.once(
      `lookup at ${input.path}`,
      callTemplate(lookUp, input.path),
      Math.ceil(crowd.size / maxItems),
    );
    return crowd;
  };
}

/** The first create of addresses in a process reads the highest id. */
function planAddresses(input: RuleInput): Population {
  const note = 'once per process';
  const read = callTemplate('getCustomersAddresses', input.path, note);
  if (!input.addressIdsKnown) input.plan.once('highest address id', read, 2);
  return writeRule('createCustomersAddresses', 'addresses')(input);
}

/** The ids of all definitions are read first: afterwards they tell which are new. */
function planDefinitions(input: RuleInput): Population {
  input.plan.once(`ids at ${input.path}`, callTemplate('getCustomersAttributes', input.path), 1);
  return writeRule('createCustomersAttributes', 'definitions')(input);
}

function planConsent(input: RuleInput): Population {
  const crowd = writeRule('updateCustomerConsent', 'customers')(input);
  const halves = inputItems(input, 'customers').filter(({ allow, deny }) => !allow || !deny);
  const note = 'if one of the two lists is absent';
  input.plan.once(
    `reads of ${input.path}`,
    callTemplate('getCustomerConsent', input.path, note),
    halves.length,
  );
  return crowd;
}

/** Fields of a customer that the response to a write does not contain. */
const NOT_IN_RESPONSE = [
  'addresses',
  'addressCount',
  'attributes',
  'attribute',
  'attributeCount',
  'formFields',
  'shopperProfileId',
  'segmentIds',
];

function customersOf({ population }: RuleInput): Population {
  return { ...CUSTOMERS, key: `customers ${population.key}`, size: population.size, after: population.after };
}

/** Customers with selected fields that the write response lacks: they are read in one batch. */
function planWrittenCustomers(input: RuleInput): Population {
  const { population, plan, path } = input;
  const callsFor = ({ length }: readonly string[]) => Math.ceil(length / PAGE_SIZE);
  plan.batched(
    `customers ${population.after}`,
    callTemplate('getCustomers', path),
    keysOf(population),
    callsFor,
  );
  return customersOf(input);
}

function inputItems({ args }: RuleInput, list: string): readonly Readonly<Record<string, unknown>>[] {
  const items = asObject(args.input)[list];
  return Array.isArray(items) ? items.map(asObject) : [];
}
