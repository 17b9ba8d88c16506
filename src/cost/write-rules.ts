import { PAGE_SIZE } from '../rest/limits.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { readCall } from './paths.ts';
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
  'Mutation.createCustomerAddresses': writeRule('createAddresses', 'addresses'),
  'Mutation.updateCustomerAddresses': writeRule('updateAddresses', 'addresses'),
  'Mutation.deleteCustomerAddresses': deleteRule('deleteAddresses', 'entityIds', 'getCustomersAddresses'),
  'Mutation.createCustomerAttributeDefinitions': writeRule('createDefinitions', 'definitions'),
  'Mutation.updateCustomerAttributeDefinitions': writeRule('updateDefinitions', 'definitions'),
  'Mutation.deleteCustomerAttributeDefinitions': deleteRule(
    'deleteDefinitions',
    'entityIds',
    'getCustomersAttributes',
  ),
  'Mutation.upsertCustomerAttributeValues': writeRule('upsertAttributeValues', 'values'),
  'Mutation.deleteCustomerAttributeValues': deleteRule(
    'deleteAttributeValues',
    'values',
    'getCustomersAttributeValues',
  ),
  'Mutation.upsertFormFieldValues': writeRule('upsertFormFieldValues', 'values'),
  'Mutation.updateCustomerConsent': planConsent,
  'Mutation.createCustomerMetafields': writeRule('createMetafields', 'metafields'),
  'Mutation.updateCustomerMetafields': writeRule('updateMetafields', 'metafields'),
  'Mutation.deleteCustomerMetafields': writeRule('deleteMetafields', 'metafields'),
  'Mutation.updateCustomerSettings': writeRule('updateSettings', null),
  'Mutation.updateChannelCustomerSettings': writeRule('updateChannelSettings', null),
  'Mutation.validateCustomerCredentials': writeRule('validateCredentials', null),

  'CustomerResult.customer': (input) =>
    NOT_IN_RESPONSE.some(input.selects) ? planWrittenCustomers(input) : customersOf(input),
  'ValidateCustomerCredentialsPayload.customer': planWrittenCustomers,
};

/** The cost of a write without failures: one call per batch of the maximum size. */
function writeRule(name: keyof typeof WRITE_RULES, list: string | null): CostRule {
  const { operation, maxItems } = WRITE_RULES[name];
  return (input) => {
    const size = list === null ? 1 : inputItems(input, list).length;
    const planned = { operation, path: WRITE_PATHS[name], field: input.path, note: NOTE, items: size };
    input.plan.once(`${name} at ${input.path}`, planned, Math.ceil(size / maxItems));
    const crowd = `written at ${input.path}`;
    return { ...ROOT, key: crowd, size, after: crowd };
  };
}

const NOTE = 'more if a response is lost or an item is rejected';

/** The cost of a delete, including the lookup of the records that exist. */
function deleteRule(
  name: keyof typeof WRITE_RULES,
  list: string,
  lookUp: Parameters<typeof readCall>[0],
): CostRule {
  const { maxItems } = WRITE_RULES[name];
  return (input) => {
    const crowd = writeRule(name, list)(input);
    input.plan.once(
      `lookup at ${input.path}`,
      readCall(lookUp, input.path),
      Math.ceil(crowd.size / maxItems),
    );
    return crowd;
  };
}

function planConsent(input: RuleInput): Population {
  const crowd = writeRule('updateConsent', 'customers')(input);
  const halves = inputItems(input, 'customers').filter(({ allow, deny }) => !allow || !deny);
  const note = 'if one of the two lists is absent';
  input.plan.once(`reads of ${input.path}`, readCall('getCustomerConsent', input.path, note), halves.length);
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
  plan.batched(`customers ${population.after}`, readCall('getCustomers', path), keysOf(population), callsFor);
  return customersOf(input);
}

function inputItems({ args }: RuleInput, list: string): readonly Readonly<Record<string, unknown>>[] {
  const items = asObject(args.input)[list];
  return Array.isArray(items) ? items.map(asObject) : [];
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
