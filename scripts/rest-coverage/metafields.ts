import { type OperationCoverage, type Rows, valuesOf, without } from './rows.ts';
import { cursors, INCLUDE_FIELDS, metafieldBody, pages } from './shared.ts';

const ALL_READ = 'The metafields of one customer are read completely, then sorted and paged by the gateway.';

const NAMES: Rows = {
  key: ['CustomerMetafieldFilter.key', 'CustomerMetafieldBy.name', 'MetafieldName.key'],
  'key:in': 'CustomerMetafieldFilter.keys',
  namespace: ['CustomerMetafieldFilter.namespace', 'CustomerMetafieldBy.name', 'MetafieldName.namespace'],
  'namespace:in': 'CustomerMetafieldFilter.namespaces',
};

const BODY_OF_GET: Rows = without(
  'permission_set permission_set=app_only permission_set=read permission_set=write permission_set=read_and_sf_access permission_set=write_and_sf_access namespace key value description resource_type resource_type=brand resource_type=product resource_type=variant resource_type=category resource_type=cart resource_type=channel resource_type=location resource_type=order resource_type=customer resource_id id date_created date_modified owner_client_id',
  'A GET has no body. The newer documents remove it.',
);

const ids = (input: string) => ({
  customerId: [`${input}.customerEntityId`, `${input}.resourceId`],
  metafieldId: [`${input}.entityId`, `${input}.metafieldId`],
});

/** The dates of the newer documents. They have no parameter for an exact time. */
const RANGES: Rows = {
  'date_created:min': ['CustomerMetafieldFilter.createdAt', 'DateTimeFilter.min', 'DateTimeFilter.equals'],
  'date_created:max': ['CustomerMetafieldFilter.createdAt', 'DateTimeFilter.max', 'DateTimeFilter.equals'],
  'date_modified:min': ['CustomerMetafieldFilter.updatedAt', 'DateTimeFilter.min', 'DateTimeFilter.equals'],
  'date_modified:max': ['CustomerMetafieldFilter.updatedAt', 'DateTimeFilter.max', 'DateTimeFilter.equals'],
};

export const METAFIELDS: Readonly<Record<string, OperationCoverage>> = {
  getCustomersMetafields: {
    group: 'Customer metafields',
    ids: {
      customerId: [
        'Customer.metafields',
        'Query.customerMetafields(customerEntityId)',
        'Query.customerMetafields(resourceId)',
      ],
    },
    newerQuery: {
      page: { at: 'Query.customerMetafields(offset)', how: ALL_READ },
      limit: { at: 'Query.customerMetafields(first)', how: 'Always 250.' },
      ...NAMES,
      direction: { at: 'Query.customerMetafields(direction)', how: ALL_READ },
      'direction=asc': { at: 'SortDirection.ASC', how: ALL_READ },
      'direction=desc': { at: 'SortDirection.DESC', how: ALL_READ },
      ...INCLUDE_FIELDS,
      'date_created:min': { at: 'CustomerMetafieldFilter.createdAt', how: ALL_READ },
      'date_created:max': { at: 'CustomerMetafieldFilter.createdAt', how: ALL_READ },
      'date_modified:min': { at: 'CustomerMetafieldFilter.updatedAt', how: ALL_READ },
      'date_modified:max': { at: 'CustomerMetafieldFilter.updatedAt', how: ALL_READ },
      before: { at: 'Query.customerMetafields(before)', how: ALL_READ },
      after: { at: 'Query.customerMetafields(after)', how: ALL_READ },
    },
    body: BODY_OF_GET,
    returns: ['metafield', 'page'],
  },
  createCustomerMetafields: {
    group: 'Customer metafields',
    ids: {
      customerId: [
        'CreateCustomerMetafieldInput.customerEntityId',
        'CreateCustomerMetafieldInput.resourceId',
        'UpsertCustomerMetafieldInput.customerEntityId',
        'UpsertCustomerMetafieldInput.resourceId',
      ],
    },
    body: metafieldBody('CreateCustomerMetafieldInput', 'UpsertCustomerMetafieldInput'),
    returns: ['metafield', 'error'],
  },
  getMetafieldsCustomerId: {
    group: 'Customer metafields',
    ids: {
      customerId: [
        'Query.customerMetafield(customerEntityId)',
        'Query.customerMetafield(resourceId)',
        'Customer.metafield',
      ],
      metafieldId: ['CustomerMetafieldBy.entityId', 'CustomerMetafieldBy.metafieldId'],
    },
    body: BODY_OF_GET,
    returns: ['metafield'],
  },
  updateCustomerMetafield: {
    group: 'Customer metafields',
    ids: ids('UpdateCustomerMetafieldInput'),
    query: {
      metafieldId: {
        at: ['UpdateCustomerMetafieldInput.entityId', 'UpdateCustomerMetafieldInput.metafieldId'],
        how: 'The description has it twice. It is in the path.',
      },
    },
    body: {
      ...metafieldBody('UpdateCustomerMetafieldInput'),
      id: {
        at: ['UpdateCustomerMetafieldInput.entityId', 'UpdateCustomerMetafieldInput.metafieldId'],
        how: 'It is in the path.',
      },
    },
    returns: ['metafield', 'error'],
  },
  deleteCustomerMetafieldsId: {
    group: 'Customer metafields',
    ids: ids('CustomerMetafieldRefInput'),
    returns: ['nothing', 'error'],
  },
  getallCustomersMetafields: {
    group: 'Batch metafields',
    query: {
      ...pages('customerMetafields'),
      ...NAMES,
      direction: 'Query.customerMetafields(direction)',
      ...valuesOf('direction', 'SortDirection', 'asc desc'),
    },
    newerQuery: { ...INCLUDE_FIELDS, ...RANGES, ...cursors('customerMetafields') },
    returns: ['metafield', 'page'],
  },
  createCustomersMetafields: {
    group: 'Batch metafields',
    body: {
      ...metafieldBody('CreateCustomerMetafieldInput', 'UpsertCustomerMetafieldInput'),
      resource_id: [
        'CreateCustomerMetafieldInput.customerEntityId',
        'CreateCustomerMetafieldInput.resourceId',
        'UpsertCustomerMetafieldInput.customerEntityId',
        'UpsertCustomerMetafieldInput.resourceId',
      ],
    },
    returns: ['metafield', 'batch', 'error'],
  },
  updateCustomersMetafields: {
    group: 'Batch metafields',
    body: {
      ...metafieldBody('UpdateCustomerMetafieldInput'),
      id: ['UpdateCustomerMetafieldInput.entityId', 'UpdateCustomerMetafieldInput.metafieldId'],
    },
    returns: ['metafield', 'batch', 'error'],
  },
  deleteCustomersMetafields: {
    group: 'Batch metafields',
    body: { '[]': ['CustomerMetafieldRefInput.entityId', 'CustomerMetafieldRefInput.metafieldId'] },
    returns: ['deletedMetafields', 'batch', 'error'],
  },
};
