import { type Chunk, decodeChunks } from './batching/chunks.ts';
import type { RequestClient } from './client/request-client.ts';
import { type FormFieldValue, readFormFields } from './form-fields.ts';
import { idField, lookUp } from './lookups.ts';
import {
  isId,
  isObject,
  type OnUnexpectedField,
  readEnum,
  readId,
  readOptionalText,
  readText,
} from './wire/decode.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
import { listParameter, type Parameter } from './wire/query.ts';

export type AddressType = 'RESIDENTIAL' | 'COMMERCIAL';

/** Parts of an address that the store returns only on request. */
export type AddressInclude = 'formFields';

export interface CustomerAddress {
  readonly nodeType: 'CustomerAddress';
  readonly entityId: number;
  readonly customerEntityId: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string | null;
  readonly address1: string;
  readonly address2: string | null;
  readonly city: string;
  readonly stateOrProvince: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly country: string | null;
  readonly phone: string | null;
  readonly addressType: AddressType | null;
  /** Undefined if they were not requested, null if the store left them out. */
  readonly formFields: readonly FormFieldValue[] | null | undefined;
}

export interface AddressFilter {
  readonly entityIds?: readonly number[] | undefined;
  readonly customerEntityIds?: readonly number[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
}

/** Reads of `/customers/addresses`. */
export interface AddressesRest {
  page(
    request: PageRequest,
    filter: AddressFilter,
    include: ReadonlySet<AddressInclude>,
  ): Promise<StorePage<CustomerAddress>>;
  byIds(
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
  /** All addresses of these customers. A customer object embeds at most ten. */
  ofCustomers(
    customerIds: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
}

const PATH = '/customers/addresses';

export function createAddresses(client: RequestClient): AddressesRest {
  const { onUnexpectedField } = client;

  async function page(
    request: PageRequest,
    filter: AddressFilter,
    include: ReadonlySet<AddressInclude>,
  ): Promise<StorePage<CustomerAddress>> {
    const parameters = [
      ...includeParameters(include),
      ...filterParameters(filter),
      ...pageParameters(request),
    ];
    const body = await client.get('getCustomersAddresses', PATH, parameters);
    return readPage(body, (item) =>
      readAddress(item, { withFormFields: include.has('formFields'), onUnexpectedField }),
    );
  }

  async function byList(
    by: 'entityIds' | 'customerEntityIds',
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]> {
    const chunks = await lookUp<number, AddressInclude>(client, {
      operation: 'getCustomersAddresses',
      path: PATH,
      keys: ids,
      parts: include,
      parametersFor: ({ keys, parts }) => [...includeParameters(parts), ...filterParameters({ [by]: keys })],
      keyOf: KEY_FIELDS[by],
    });
    return decodeChunks(chunks, (record) =>
      readAddress(record, { withFormFields: include.has('formFields'), onUnexpectedField }),
    );
  }

  return {
    page,
    byIds: (ids, include) => byList('entityIds', ids, include),
    ofCustomers: (customerIds, include) => byList('customerEntityIds', customerIds, include),
  };
}

const KEY_FIELDS = { entityIds: idField('id'), customerEntityIds: idField('customer_id') };

const FILTERS = {
  entityIds: 'id:in',
  customerEntityIds: 'customer_id:in',
  names: 'name:in',
  companies: 'company:in',
} as const satisfies Record<keyof AddressFilter, string>;

function filterParameters(filter: AddressFilter): Parameter[] {
  return Object.entries(filter).flatMap(([key, values]) =>
    values === undefined ? [] : [listParameter(FILTERS[key as keyof AddressFilter], values)],
  );
}

function includeParameters(include: ReadonlySet<AddressInclude>): Parameter[] {
  return include.has('formFields') ? [listParameter('include', ['formfields'])] : [];
}

interface AddressWire {
  readonly id?: unknown;
  readonly customer_id?: unknown;
  readonly first_name?: unknown;
  readonly last_name?: unknown;
  readonly company?: unknown;
  readonly address1?: unknown;
  readonly address2?: unknown;
  readonly city?: unknown;
  readonly state_or_province?: unknown;
  readonly postal_code?: unknown;
  readonly country_code?: unknown;
  readonly country?: unknown;
  readonly phone?: unknown;
  readonly address_type?: unknown;
  readonly form_fields?: unknown;
}

const ADDRESS_TYPES = { residential: 'RESIDENTIAL', commercial: 'COMMERCIAL' } as const;

/** How to decode an address. */
export interface AddressDecodeOptions {
  /** Whether its form fields were requested. */
  readonly withFormFields: boolean;
  /** Id of the customer, for an address that does not contain it. */
  readonly ownerId?: number;
  readonly onUnexpectedField: OnUnexpectedField;
}

export function readAddress(
  item: unknown,
  { withFormFields, ownerId, onUnexpectedField }: AddressDecodeOptions,
): CustomerAddress {
  const wire: AddressWire = isObject(item) ? item : {};
  const entityId = readId(wire.id, 'address id');
  return {
    nodeType: 'CustomerAddress',
    entityId,
    customerEntityId:
      ownerId !== undefined && !isId(wire.customer_id)
        ? ownerId
        : readId(wire.customer_id, 'address customer_id'),
    firstName: readText(wire.first_name, 'address.first_name', onUnexpectedField),
    lastName: readText(wire.last_name, 'address.last_name', onUnexpectedField),
    company: readOptionalText(wire.company, 'address.company', onUnexpectedField),
    address1: readText(wire.address1, 'address.address1', onUnexpectedField),
    address2: readOptionalText(wire.address2, 'address.address2', onUnexpectedField),
    city: readText(wire.city, 'address.city', onUnexpectedField),
    stateOrProvince: readOptionalText(wire.state_or_province, 'address.state_or_province', onUnexpectedField),
    postalCode: readOptionalText(wire.postal_code, 'address.postal_code', onUnexpectedField),
    countryCode: readText(wire.country_code, 'address.country_code', onUnexpectedField),
    country: readOptionalText(wire.country, 'address.country', onUnexpectedField),
    phone: readOptionalText(wire.phone, 'address.phone', onUnexpectedField),
    addressType: readEnum(wire.address_type, ADDRESS_TYPES, 'address.address_type', onUnexpectedField),
    formFields: withFormFields
      ? readFormFields(
          wire.form_fields,
          { customerEntityId: null, addressEntityId: entityId },
          onUnexpectedField,
        )
      : undefined,
  };
}
