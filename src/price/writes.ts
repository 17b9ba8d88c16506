import { PAGE_SIZE } from '../rest/limits.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { type Crowd, CUSTOMERS, namesOf, objectOf, type Rule, type RuleInput, START } from './crowd.ts';
import { read } from './reads.ts';

/** One rule for each mutation, and for the payload fields that need a read. */
export const WRITE_PRICES: Readonly<Record<string, Rule>> = {
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
  'Mutation.updateCustomerConsent': consent,
  'Mutation.createCustomerMetafields': write('createMetafields', 'metafields'),
  'Mutation.updateCustomerMetafields': write('updateMetafields', 'metafields'),
  'Mutation.deleteCustomerMetafields': write('deleteMetafields', 'metafields'),
  'Mutation.updateCustomerSettings': write('updateSettings', null),
  'Mutation.updateChannelCustomerSettings': write('updateChannelSettings', null),
  'Mutation.validateCustomerCredentials': write('validateCredentials', null),

  'CustomerResult.customer': (input) =>
    PARTS.some(input.wants) ? writtenCustomers(input) : customersOf(input),
  'ValidateCustomerCredentialsPayload.customer': writtenCustomers,
};

/** The cost of a write without failures: one call per batch of the maximum size. */
function write(name: keyof typeof WRITE_RULES, list: string | null): Rule {
  const { operation, items } = WRITE_RULES[name];
  return (input) => {
    const size = list === null ? 1 : itemsOf(input, list).length;
    const planned = { operation, path: PATHS[name], field: input.path, note: NOTE, items: size };
    input.tab.once(`${name} at ${input.path}`, planned, Math.ceil(size / items));
    const crowd = `written at ${input.path}`;
    return { ...START, name: crowd, size, after: crowd };
  };
}

const NOTE = 'more if a response is lost or an item is rejected';

/** The cost of a delete, including the lookup of the records that exist. */
function deletion(name: keyof typeof WRITE_RULES, list: string, lookUp: Parameters<typeof read>[0]): Rule {
  const { items } = WRITE_RULES[name];
  return (input) => {
    const crowd = write(name, list)(input);
    input.tab.once(`lookup at ${input.path}`, read(lookUp, input.path), Math.ceil(crowd.size / items));
    return crowd;
  };
}

function consent(input: RuleInput): Crowd {
  const crowd = write('updateConsent', 'customers')(input);
  const halves = itemsOf(input, 'customers').filter(({ allow, deny }) => !allow || !deny);
  const note = 'if one of the two lists is absent';
  input.tab.once(`reads of ${input.path}`, read('getCustomerConsent', input.path, note), halves.length);
  return crowd;
}

/** Fields of a customer that the response to a write does not contain. */
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

function customersOf({ crowd }: RuleInput): Crowd {
  return { ...CUSTOMERS, name: `customers ${crowd.name}`, size: crowd.size, after: crowd.after };
}

/** Customers with selected fields that the write response lacks: they are read in one batch. */
function writtenCustomers(input: RuleInput): Crowd {
  const { crowd, tab, path } = input;
  const callsFor = ({ length }: readonly string[]) => Math.ceil(length / PAGE_SIZE);
  tab.batch(`customers ${crowd.after}`, read('getCustomers', path), namesOf(crowd), callsFor);
  return customersOf(input);
}

function itemsOf({ args }: RuleInput, list: string): readonly Readonly<Record<string, unknown>>[] {
  const items = objectOf(args.input)[list];
  return Array.isArray(items) ? items.map(objectOf) : [];
}

const PATHS: Readonly<Record<keyof typeof WRITE_RULES, string>> = {
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
