import { type FormFieldValue, readFormFields } from './form-fields.ts';
import { idIn, lookUp } from './look-ups.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './page.ts';
import { type Portion, readPortions } from './portions.ts';
import { list, type Parameter } from './query.ts';
import type { Upstream } from './upstream.ts';
import { identity, isId, isObject, type OnIrregular, optionalText, text, word } from './wire.ts';

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
  ): Promise<Portion<number, CustomerAddress>[]>;
  /** All addresses of these customers. A customer object embeds at most ten. */
  ofCustomers(
    customerIds: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Portion<number, CustomerAddress>[]>;
}

const PATH = '/customers/addresses';

export function createAddresses(client: Upstream): AddressesRest {
  const { onIrregular } = client;

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
    return readPage(body, (item) => readAddress(item, { asked: include.has('formFields'), onIrregular }));
  }

  async function byList(
    by: 'entityIds' | 'customerEntityIds',
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Portion<number, CustomerAddress>[]> {
    const chunks = await lookUp<number, AddressInclude>(client, {
      operation: 'getCustomersAddresses',
      path: PATH,
      keys: ids,
      parts: include,
      parametersFor: ({ keys, parts }) => [...includeParameters(parts), ...filterParameters({ [by]: keys })],
      keyOf: KEYS[by],
    });
    return readPortions(chunks, (record) =>
      readAddress(record, { asked: include.has('formFields'), onIrregular }),
    );
  }

  return {
    page,
    byIds: (ids, include) => byList('entityIds', ids, include),
    ofCustomers: (customerIds, include) => byList('customerEntityIds', customerIds, include),
  };
}

const KEYS = { entityIds: idIn('id'), customerEntityIds: idIn('customer_id') };

const FILTERS = {
  entityIds: 'id:in',
  customerEntityIds: 'customer_id:in',
  names: 'name:in',
  companies: 'company:in',
} as const satisfies Record<keyof AddressFilter, string>;

function filterParameters(filter: AddressFilter): Parameter[] {
  return Object.entries(filter).flatMap(([key, values]) =>
    values === undefined ? [] : [list(FILTERS[key as keyof AddressFilter], values)],
  );
}

function includeParameters(include: ReadonlySet<AddressInclude>): Parameter[] {
  return include.has('formFields') ? [list('include', ['formfields'])] : [];
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
export interface AddressReading {
  /** Whether its form fields were requested. */
  readonly asked: boolean;
  /** Id of the customer, for an address that does not contain it. */
  readonly ownerId?: number;
  readonly onIrregular: OnIrregular;
}

export function readAddress(item: unknown, { asked, ownerId, onIrregular }: AddressReading): CustomerAddress {
  const wire: AddressWire = isObject(item) ? item : {};
  const entityId = identity(wire.id, 'address id');
  return {
    nodeType: 'CustomerAddress',
    entityId,
    customerEntityId:
      ownerId !== undefined && !isId(wire.customer_id)
        ? ownerId
        : identity(wire.customer_id, 'address customer_id'),
    firstName: text(wire.first_name, 'address.first_name', onIrregular),
    lastName: text(wire.last_name, 'address.last_name', onIrregular),
    company: optionalText(wire.company, 'address.company', onIrregular),
    address1: text(wire.address1, 'address.address1', onIrregular),
    address2: optionalText(wire.address2, 'address.address2', onIrregular),
    city: text(wire.city, 'address.city', onIrregular),
    stateOrProvince: optionalText(wire.state_or_province, 'address.state_or_province', onIrregular),
    postalCode: optionalText(wire.postal_code, 'address.postal_code', onIrregular),
    countryCode: text(wire.country_code, 'address.country_code', onIrregular),
    country: optionalText(wire.country, 'address.country', onIrregular),
    phone: optionalText(wire.phone, 'address.phone', onIrregular),
    addressType: word(wire.address_type, ADDRESS_TYPES, 'address.address_type', onIrregular),
    formFields: asked
      ? readFormFields(wire.form_fields, { customerEntityId: null, addressEntityId: entityId }, onIrregular)
      : undefined,
  };
}
