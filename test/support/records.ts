import type { CustomerAddress } from '../../src/rest/records/addresses.ts';
import type { Customer } from '../../src/rest/records/customers.ts';

/** A customer with these fields. All other fields are empty or unknown. */
export function customerRecord(given: Partial<Customer> & Pick<Customer, 'entityId'>): Customer {
  return {
    nodeType: 'Customer',
    email: '',
    firstName: '',
    lastName: '',
    company: null,
    phone: null,
    notes: null,
    taxExemptCategory: null,
    customerGroupId: null,
    registrationIpAddress: null,
    acceptsProductReviewAbandonedCartEmails: null,
    forcePasswordReset: null,
    originChannelId: null,
    channelIds: null,
    createdAt: null,
    updatedAt: null,
    embeddedAddresses: undefined,
    addressCount: undefined,
    embeddedAttributes: undefined,
    attributeCount: undefined,
    formFields: undefined,
    storeCredit: undefined,
    shopperProfileId: undefined,
    segmentIds: undefined,
    ...given,
  };
}

/** An address with these fields. All other fields are empty or unknown. */
export function addressRecord(
  given: Partial<CustomerAddress> & Pick<CustomerAddress, 'entityId'>,
): CustomerAddress {
  return {
    nodeType: 'CustomerAddress',
    customerEntityId: 1,
    firstName: '',
    lastName: '',
    company: null,
    address1: '',
    address2: null,
    city: '',
    stateOrProvince: null,
    postalCode: null,
    countryCode: '',
    country: null,
    phone: null,
    addressType: null,
    formFields: undefined,
    ...given,
  };
}
