import { fieldsOf, type OperationCoverage, within } from './rows.ts';
import { addressBody, cursors, dates, deletedIds, formFields, pages } from './shared.ts';

const WRITABLE = 'email first_name last_name company phone notes tax_exempt_category customer_group_id';

function customerBody(type: string) {
  return {
    ...fieldsOf(type, WRITABLE),
    authentication: `${type}.authentication`,
    ...within(
      'authentication.',
      fieldsOf('CustomerAuthenticationInput', 'force_password_reset new_password'),
    ),
    ...fieldsOf(type, 'accepts_product_review_abandoned_cart_emails channel_ids'),
    store_credit_amounts: `${type}.storeCredit`,
    'store_credit_amounts[].amount': 'StoreCreditInput.amount',
    ...formFields(type),
  };
}

export const CUSTOMERS: Readonly<Record<string, OperationCoverage>> = {
  getCustomers: {
    group: 'Customers',
    query: {
      ...pages('customers'),
      'id:in': ['CustomerFilter.entityIds', 'CustomerBy.entityId', 'Query.node(id)', 'Query.nodes(ids)'],
      'company:in': 'CustomerFilter.companies',
      'customer_group_id:in': 'CustomerFilter.customerGroupIds',
      ...dates('CustomerFilter'),
      'email:in': ['CustomerFilter.emails', 'CustomerBy.email'],
      'name:in': 'CustomerFilter.names',
      'name:like': 'CustomerFilter.nameLike',
      'registration_ip_address:in': 'CustomerFilter.registrationIpAddresses',
      include: 'Customer',
      'include=addresses': ['Customer.addresses', 'Customer.addressCount'],
      'include=storecredit': 'Customer.storeCredit',
      'include=attributes': ['Customer.attributes', 'Customer.attributeCount'],
      'include=formfields': ['Customer.formFields', 'CustomerAddress.formFields'],
      'include=shopper_profile_id': 'Customer.shopperProfileId',
      'include=segment_ids': 'Customer.segmentIds',
      sort: 'Query.customers(sort)',
      'sort=date_created:asc': 'CustomerSort.CREATED_AT_ASC',
      'sort=date_created:desc': 'CustomerSort.CREATED_AT_DESC',
      'sort=last_name:asc': 'CustomerSort.LAST_NAME_ASC',
      'sort=last_name:desc': 'CustomerSort.LAST_NAME_DESC',
      'sort=date_modified:asc': 'CustomerSort.UPDATED_AT_ASC',
      'sort=date_modified:desc': 'CustomerSort.UPDATED_AT_DESC',
    },
    newerQuery: { 'phone:in': 'CustomerFilter.phones', ...cursors('customers') },
    returns: ['customer', 'page'],
  },
  createCustomers: {
    group: 'Customers',
    body: {
      ...customerBody('CreateCustomerInput'),
      addresses: 'CreateCustomerInput.addresses',
      ...within('addresses[].', addressBody('CreateCustomerNestedAddressInput')),
      attributes: 'CreateCustomerInput.attributes',
      'attributes[].attribute_id': [
        'CreateCustomerNestedAttributeInput.attributeEntityId',
        'CreateCustomerNestedAttributeInput.attributeName',
      ],
      'attributes[].attribute_value': 'CreateCustomerNestedAttributeInput.value',
      origin_channel_id: 'CreateCustomerInput.originChannelId',
    },
    newerBody: fieldsOf('CreateCustomerInput', 'trigger_account_created_notification'),
    returns: ['customer', 'error'],
  },
  updateCustomers: {
    group: 'Customers',
    body: {
      id: 'UpdateCustomerInput.entityId',
      ...customerBody('UpdateCustomerInput'),
      registration_ip_address: { why: 'Read-only: the store ignores it in an update.' },
      origin_channel_id: { why: 'Read-only in the newer documents: it never changes.' },
    },
    returns: ['customer', 'error'],
  },
  deleteCustomers: {
    group: 'Customers',
    query: deletedIds('deleteCustomers'),
    returns: ['nothing', 'error'],
  },
  validateCustomerCredentials: {
    group: 'Validate credentials',
    body: fieldsOf('ValidateCustomerCredentialsInput', 'email password channel_id'),
    returns: ['credentials', 'error'],
  },
};
