import { ADDRESS_FIELDS, CUSTOMER_FIELDS, type ReadCustomer } from './documents.ts';

type Values = Readonly<Record<string, unknown>>;

/** A customer as a line of the export: the input with which `import` writes them, and what only the store sets. */
export type CustomerRecord = Values;

/** Makes the line of a customer. What is null is left out, so that an import leaves it as it is. */
export function recordOf(customer: ReadCustomer): CustomerRecord {
  const { addresses, attributes, formFields, metafields, consent, storedInstruments } = customer;
  return {
    ...present(customer, CUSTOMER_FIELDS),
    ...(isList(customer.storeCredit) && { storeCredit: customer.storeCredit }),
    ...(addresses && { addresses: addresses.nodes.map(addressOf) }),
    ...(isList(attributes) && { attributes: attributesOf(attributes) }),
    ...(isList(formFields) && { formFields: formFieldsOf(formFields) }),
    ...(metafields && { metafields: metafields.nodes.map((node) => present(node, METAFIELD_FIELDS)) }),
    ...(isObject(consent) && { consent: present(consent, ['allow', 'deny']) }),
    ...(isList(storedInstruments) && {
      storedInstruments: storedInstruments.map((each) => present(each, Object.keys(each))),
    }),
  };
}

const METAFIELD_FIELDS = ['namespace', 'key', 'value', 'permissionSet', 'description'];

function addressOf(address: Values): Values {
  const { formFields } = address;
  return {
    ...present(address, ADDRESS_FIELDS),
    ...(isList(formFields) && { formFields: formFieldsOf(formFields) }),
  };
}

/** Another store has other ids, so attributes are named, as long as a name means one. */
function attributesOf(attributes: readonly Values[]): readonly Values[] {
  const counts = Map.groupBy(attributes, ({ name }) => name);
  return attributes.map(({ attributeEntityId, name, value }) =>
    typeof name === 'string' && counts.get(name)?.length === 1
      ? { attributeName: name, value }
      : { attributeEntityId, value },
  );
}

/** Those that are filled in: the store has each field for each customer. */
function formFieldsOf(formFields: readonly Values[]): readonly Values[] {
  return formFields.flatMap(({ name, ...value }) => {
    const { text, choices } = value as { readonly text?: string; readonly choices?: readonly string[] };
    return text === '' || choices?.length === 0 ? [] : [{ name, value }];
  });
}

/** Those of some fields that are not null. */
function present(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] == null ? [] : [[name, values[name]] as const])),
  );
}

function isList(value: unknown): value is readonly Values[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}
