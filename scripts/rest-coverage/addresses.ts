import type { OperationCoverage } from './rows.ts';
import { addressBody, deletedIds, pages } from './shared.ts';

export const ADDRESSES: Readonly<Record<string, OperationCoverage>> = {
  getCustomersAddresses: {
    group: 'Addresses',
    query: {
      ...pages('customerAddresses'),
      'company:in': 'CustomerAddressFilter.companies',
      'name:in': 'CustomerAddressFilter.names',
      'customer_id:in': ['CustomerAddressFilter.customerEntityIds', 'Customer.addresses'],
      include: 'CustomerAddress',
      'include=formfields': 'CustomerAddress.formFields',
      'id:in': ['CustomerAddressFilter.entityIds', 'Query.customerAddress(entityId)'],
    },
    returns: ['address', 'page'],
  },
  createCustomersAddresses: {
    group: 'Addresses',
    body: {
      customer_id: 'CreateCustomerAddressInput.customerEntityId',
      ...addressBody('CreateCustomerAddressInput'),
    },
    returns: ['address', 'error'],
  },
  updateCustomersAddresses: {
    group: 'Addresses',
    body: {
      id: 'UpdateCustomerAddressInput.entityId',
      ...addressBody('UpdateCustomerAddressInput'),
    },
    returns: ['address', 'error'],
  },
  deleteCustomersAddresses: {
    group: 'Addresses',
    query: deletedIds('deleteCustomerAddresses'),
    returns: ['nothing', 'error'],
  },
};
