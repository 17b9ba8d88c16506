import { fieldsOf, type OperationCoverage, valuesOf } from './rows.ts';
import { CHECKOUT_CONSENT, cursors, pages, settingsBody } from './shared.ts';

const FORM_FIELD_TYPES = 'checkboxes date multiline numbers password radiobuttons text picklist';
const CATEGORIES = 'essential functional analytics targeting';

const CHANNEL = { channel_id: 'UpdateChannelCustomerSettingsInput.channelId' };

/** Form field values, consent, stored instruments and settings. */
export const OTHER_RESOURCES: Readonly<Record<string, OperationCoverage>> = {
  getCustomersFormFieldValues: {
    group: 'Form field values',
    query: {
      ...pages('formFieldValues'),
      customer_id: 'FormFieldValueFilter.customerEntityId',
      address_id: 'FormFieldValueFilter.addressEntityId',
      ...fieldsOf('FormFieldValueFilter', 'field_name field_type'),
      ...valuesOf('field_type', 'FormFieldType', FORM_FIELD_TYPES),
    },
    newerQuery: cursors('formFieldValues'),
    returns: ['formFieldValue', 'page'],
  },
  updateCustomerFormFieldValues: {
    group: 'Form field values',
    isDeprecated: true,
    body: {
      name: 'UpsertFormFieldValueInput.name',
      value: [
        'UpsertFormFieldValueInput.value',
        'FormFieldContentInput.text',
        'FormFieldContentInput.number',
        'FormFieldContentInput.choices',
        'FormFieldContentInput.clear',
      ],
      customer_id: ['UpsertFormFieldValueInput.owner', 'FormFieldOwnerInput.customerEntityId'],
      address_id: ['UpsertFormFieldValueInput.owner', 'FormFieldOwnerInput.addressEntityId'],
    },
    returns: ['formFieldValue', 'error'],
  },
  getCustomerConsent: {
    group: 'Consent',
    ids: { customerId: ['Customer.consent', 'Query.customerConsent(customerEntityId)'] },
    returns: ['consent', 'error'],
  },
  updateCustomerConsent: {
    group: 'Consent',
    ids: { customerId: 'CustomerConsentInput.customerEntityId' },
    body: {
      ...fieldsOf('CustomerConsentInput', 'allow deny'),
      ...valuesOf('allow', 'ConsentCategory', CATEGORIES),
      ...valuesOf('deny', 'ConsentCategory', CATEGORIES),
    },
    returns: ['consent', 'error'],
  },
  getCustomerStoredInstruments: {
    group: 'Stored instruments',
    ids: {
      customerId: ['Customer.storedInstruments', 'Query.customerStoredInstruments(customerEntityId)'],
    },
    returns: ['cardInstrument', 'payPalInstrument', 'bankInstrument', 'error'],
  },
  getCustomersSettings: { group: 'Global settings', returns: ['settings'] },
  updateCustomersSettings: {
    group: 'Global settings',
    body: settingsBody('UpdateCustomerSettingsInput'),
    newerBody: CHECKOUT_CONSENT,
    returns: ['settings'],
  },
  getCustomersSettingsChannel: {
    group: 'Channel settings',
    ids: { channel_id: 'Query.channelCustomerSettings(channelId)' },
    returns: ['channelSettings'],
  },
  updateCustomersSettingsChannel: {
    group: 'Channel settings',
    ids: CHANNEL,
    body: {
      ...settingsBody('UpdateChannelCustomerSettingsInput'),
      allow_global_logins: 'UpdateChannelCustomerSettingsInput.allowGlobalLogins',
    },
    newerBody: CHECKOUT_CONSENT,
    returns: ['channelSettings'],
  },
};
