import type { Context } from '../context.ts';
import { badInput, GatewayError, type Readable, valueOrThrow } from '../errors.ts';
import type { FormFieldValueFilter } from '../rest/form-fields.ts';
import type { FormFieldDefinition, FormFieldType, FormFieldValue } from '../rest/records/form-fields.ts';
import { parseString } from './inputs/filters.ts';
import { parseEntityId, toGlobalId } from './inputs/ids.ts';
import { type Connection, type PagingArguments, parsePaging } from './paging/connection.ts';
import { storeConnection } from './paging/store-connection.ts';

/** The values of the fields with these names. Null or undefined means all fields. */
export function filterByName(
  values: readonly FormFieldValue[] | null,
  names: readonly string[] | null | undefined,
): readonly FormFieldValue[] | null {
  if (!values || !names) return values;
  return values.filter(({ name }) => names.includes(name));
}

/** Identifies a value to a client cache: its owner and its name. @throws GatewayError if the owner cannot be read */
export function formFieldValueId({ customerEntityId, addressEntityId, name }: FormFieldValue): string {
  const [customer, address] = [valueOrThrow(customerEntityId), valueOrThrow(addressEntityId)];
  return customer === null
    ? toGlobalId('FormFieldValue', 'address', address ?? 0, name)
    : toGlobalId('FormFieldValue', 'customer', customer, name);
}

/** The form fields that have values. */
export function formFieldDefinitions({
  loaders,
}: Pick<Context, 'loaders'>): Promise<readonly FormFieldDefinition[]> {
  return loaders.formFields.definitions();
}

/** The type of a value's field. Null if it is not known. @throws GatewayError if the owner cannot be read */
export async function fieldTypeOf(
  { loaders }: Pick<Context, 'loaders'>,
  { customerEntityId, name }: FormFieldValue,
): Promise<FormFieldType | null> {
  const owner = valueOrThrow(customerEntityId) === null ? 'ADDRESS' : 'CUSTOMER';
  const definitions = await loaders.formFields.definitions();
  return definitions.find((field) => field.owner === owner && field.name === name)?.type ?? null;
}

export interface FormFieldValuesArguments extends PagingArguments {
  readonly filter?:
    | {
        readonly customerEntityId?: number | null | undefined;
        readonly addressEntityId?: number | null | undefined;
        readonly fieldName?: string | null | undefined;
        readonly fieldType?: FormFieldType | null | undefined;
      }
    | null
    | undefined;
}

/** One page of the form field values of all customers and addresses. */
export async function formFieldValues(
  ctx: Pick<Context, 'loaders' | 'storeHash'>,
  args: FormFieldValuesArguments,
  wantsTotal: boolean,
): Promise<Connection<FormFieldValue>> {
  const { customerEntityId, addressEntityId, fieldName, fieldType } = args.filter ?? {};
  if (isDefined(customerEntityId) && isDefined(addressEntityId)) {
    throw badInput(
      'filter.addressEntityId',
      'cannot be combined with customerEntityId: a value has one owner.',
    );
  }
  const filter: FormFieldValueFilter = {
    customerEntityId: isDefined(customerEntityId)
      ? parseEntityId(customerEntityId, 'filter.customerEntityId')
      : undefined,
    addressEntityId: isDefined(addressEntityId)
      ? parseEntityId(addressEntityId, 'filter.addressEntityId')
      : undefined,
    fieldName: parseString(fieldName, 'filter.fieldName'),
    fieldType: fieldType ?? undefined,
  };
  const paging = parsePaging(ctx, `formFieldValues ${JSON.stringify(filter)}`, args);
  return storeConnection(
    {
      read: (request) => ctx.loaders.formFields.page(request, filter),
      count: async () => (await ctx.loaders.formFields.page({ page: 1, limit: 1 }, filter)).total,
      keyOf: (value) => `${keyOf(value.customerEntityId)}/${keyOf(value.addressEntityId)}/${value.name}`,
      supportsCursors: true,
      allowsInsertions: true,
    },
    paging,
    { wantsTotal },
  );
}

/** An owner whose id cannot be read is like any other such owner. */
function keyOf(ownerId: Readable<number | null>): string {
  return ownerId instanceof GatewayError ? '?' : String(ownerId ?? '');
}

function isDefined<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
