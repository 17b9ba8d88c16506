import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import { type AddressType, type CustomerAddress, readAddress } from '../records/addresses.ts';
import { type FormFieldInput, formFieldsToWire } from '../wire/form-fields.ts';
import { deleteByIds, listOf, readReply, type WriteReply } from './reply.ts';

/** Writable fields of an address. Undefined leaves a field unchanged. Null clears it in an update and is ignored in a create. */
export interface AddressFields {
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly company?: string | null | undefined;
  readonly address1?: string | null | undefined;
  readonly address2?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly stateOrProvince?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly countryCode?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly addressType?: AddressType | null | undefined;
  readonly formFields?: readonly FormFieldInput[] | null | undefined;
}

export interface AddressCreation extends AddressFields {
  readonly customerEntityId: number;
}

export interface AddressUpdate extends AddressFields {
  readonly entityId: number;
}

/** Writes of `/customers/addresses`. */
export interface AddressWrites {
  create(addresses: readonly AddressCreation[]): Promise<WriteReply<CustomerAddress>>;
  update(addresses: readonly AddressUpdate[]): Promise<WriteReply<CustomerAddress>>;
  /** The records of the reply are the ids. */
  delete(entityIds: readonly number[]): Promise<WriteReply<number>>;
}

export function createAddressWrites(client: RequestClient): AddressWrites {
  const { onUnexpectedField } = client;
  const addressesIn = listOf((item) => readAddress(item, { withFormFields: false, onUnexpectedField }));

  return {
    async create(addresses) {
      const body = addresses.map(({ customerEntityId, ...fields }) => ({
        customer_id: customerEntityId,
        ...addressToWire(fields, undefined),
      }));
      const operation = OPERATIONS.createCustomersAddresses;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, addressesIn, { operation, items: body });
    },
    async update(addresses) {
      const body = addresses.map(({ entityId, ...fields }) => ({
        id: entityId,
        ...addressToWire(fields, ''),
      }));
      const operation = OPERATIONS.updateCustomersAddresses;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, addressesIn, { operation, items: body });
    },
    delete: (entityIds) => deleteByIds(client, OPERATIONS.deleteCustomersAddresses, entityIds),
  };
}

/** Encodes an address for the store. JSON omits undefined fields. @param cleared the value that replaces null */
export function addressToWire(fields: AddressFields, cleared: '' | undefined): object {
  const orCleared = (value: string | null | undefined) => (value === null ? cleared : value);
  return {
    first_name: orCleared(fields.firstName),
    last_name: orCleared(fields.lastName),
    company: orCleared(fields.company),
    address1: orCleared(fields.address1),
    address2: orCleared(fields.address2),
    city: orCleared(fields.city),
    state_or_province: orCleared(fields.stateOrProvince),
    postal_code: orCleared(fields.postalCode),
    country_code: orCleared(fields.countryCode),
    phone: orCleared(fields.phone),
    address_type: fields.addressType?.toLowerCase(),
    form_fields: formFieldsToWire(fields.formFields),
  };
}
