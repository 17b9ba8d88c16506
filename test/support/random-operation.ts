import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { MAX_ID } from '../../src/rest/limits.ts';
import { schema } from '../../src/schema/index.ts';
import { coinFlip, createPrinter, type RandomInteger, type SelectedField } from './print-operation.ts';

/** The records of a store that operations can refer to. */
export interface StoreContents {
  readonly customers: number;
  readonly addresses: number;
  readonly emails: readonly string[];
  readonly values: readonly {
    readonly id: number;
    readonly customer_id: number;
    readonly attribute_id: number;
  }[];
  readonly metafields: readonly { readonly id: number; readonly resource_id: number }[];
  /** Cursors by root list, for lists without filter and sort. */
  readonly cursors: Readonly<Record<string, readonly string[]>>;
}

export interface RandomOperation {
  readonly fields: readonly SelectedField[];
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 5;

export interface GenerateOptions {
  /** Whether it has lists of hundreds of ids, and ids as long as possible. @default false */
  readonly hasLongLists?: boolean;
  /** Whether parts of it are deferred or streamed. @default false */
  readonly isIncremental?: boolean;
  /** The root fields, if the operation is a mutation. Their payloads are selected at random. @default a query */
  readonly mutations?: readonly { readonly field: string; readonly args: SelectedField['args'] }[];
}

/** Generates an operation: any fields with any arguments, printed in one of the equivalent ways. */
export function generateOperation(
  draw: RandomInteger,
  world: StoreContents,
  { hasLongLists = false, isIncremental = false, mutations }: GenerateOptions = {},
): RandomOperation {
  const root = mutations === undefined ? 'Query' : 'Mutation';
  const fields = mutations?.map(drawPayload) ?? drawFields('Query', 0);
  const drawDecoy = (type: string) => (type === 'Mutation' ? [] : drawFields(type, MAX_DEPTH - 2));
  const writer = createPrinter(draw, { root, isIncremental, drawFields: drawDecoy });
  const query = writer.operation(fields);
  return { fields, query, variables: writer.variables };

  function drawPayload({ field, args }: { readonly field: string; readonly args: SelectedField['args'] }) {
    const type = getNamedType(schema.getMutationType()?.getFields()[field]?.type as GraphQLOutputType).name;
    const results = drawResults(type);
    return { type: 'Mutation', field, args, selection: results };
  }

  /** The outcomes of a payload, and anything else in it. */
  function drawResults(typeName: string): readonly SelectedField[] {
    const results = (schema.getType(typeName) as GraphQLObjectType).getFields().results;
    if (results === undefined) return drawFields(typeName, 1);
    const result = getNamedType(results.type).name;
    const outcome = { type: result, field: 'outcome', args: {}, selection: [] };
    const selection = [outcome, ...drawFields(result, 1)];
    return [{ type: typeName, field: 'results', args: {}, selection }];
  }

  function drawFields(typeName: string, depth: number): SelectedField[] {
    const type = schema.getType(typeName);
    if (isAbstractType(type)) {
      return schema
        .getPossibleTypes(type)
        .flatMap((one) => (coinFlip(draw, 0.5) ? drawFields(one.name, depth) : []));
    }
    if (!isObjectType(type)) return [];
    const all = Object.values(type.getFields());
    const open = all.filter((field) => !isCompositeType(getNamedType(field.type)));
    const nested = depth < MAX_DEPTH ? all.filter((field) => isCompositeType(getNamedType(field.type))) : [];
    const picked = [...sample(draw, open, 0, 3), ...sample(draw, nested, typeName === 'Query' ? 1 : 0, 3)];
    return picked.map(
      (field): SelectedField => ({
        type: typeName,
        field: field.name,
        args: generateArguments(draw, world, `${typeName}.${field.name}`, hasLongLists),
        selection: drawFields(getNamedType(field.type).name, depth + 1),
      }),
    );
  }
}

function generateArguments(
  draw: RandomInteger,
  world: StoreContents,
  field: string,
  hasLongLists: boolean,
): Record<string, unknown> {
  const isLong = () => hasLongLists && coinFlip(draw, 0.3);
  const id = () => (isLong() ? MAX_ID - draw(1_000) : 1 + draw(world.customers + 2));
  const count = () => draw(isLong() ? 251 : 7);
  const few = (one: () => unknown, most = 4) =>
    Array.from({ length: isLong() ? draw(251) : draw(most + 1) }, one);
  const oneOf = <T>(...values: readonly [T, ...T[]]): T => values[draw(values.length)] ?? values[0];
  const maybe = (args: object) => (coinFlip(draw, 0.5) ? args : {});
  const namespaces = () => few(() => oneOf('loyalty', 'fitting', 'crm', 'none'), 3);
  const keys = () => few(() => oneOf('points', 'card', 'stage', 'none'), 3);
  const drawPage = () => oneOf<object>({}, { first: count() }, { first: count() }, { last: count() });

  /** Page arguments of a root list. Cursors belong to the list without filter and sort. */
  function page(list: string, others: () => object): object {
    const cursor = oneOf('', ...(world.cursors[list] ?? []));
    if (cursor === '') {
      return { ...oneOf<object>(drawPage(), { first: count(), offset: draw(9) }), ...others() };
    }
    return oneOf({ first: count(), after: cursor }, { last: count(), before: cursor });
  }

  function nodeId(): string {
    const { values, metafields } = world;
    const value = values[draw(9)];
    const metafield = metafields[draw(9)];
    return oneOf(
      toGlobalId('Customer', id()),
      toGlobalId('CustomerAddress', id()),
      toGlobalId('CustomerAttributeDefinition', oneOf(1, 2, 99)),
      toGlobalId('CustomerConsent', id()),
      toGlobalId('CustomerSettings'),
      toGlobalId('ChannelCustomerSettings', oneOf(1, 2, 3)),
      ...(value
        ? [toGlobalId('CustomerAttributeValue', value.customer_id, value.attribute_id, value.id)]
        : []),
      ...(metafield ? [toGlobalId('CustomerMetafield', metafield.resource_id, metafield.id)] : []),
      'no id at all',
    );
  }

  const dates = () => ({
    min: '2019-06-01T00:00:00Z',
    max: oneOf('2023-01-01T00:00:00Z', '2030-01-01T00:00:00Z'),
  });
  const arguments_: Record<string, () => object> = {
    'Query.node': () => ({ id: nodeId() }),
    'Query.nodes': () => ({ ids: few(nodeId, 8) }),
    'Query.customer': () => ({
      by: oneOf<object>(
        { entityId: id() },
        { id: toGlobalId('Customer', id()) },
        { email: oneOf('nobody@example.com', ...world.emails) },
      ),
    }),
    'Query.customers': () =>
      page('customers', () => ({
        ...maybe({
          filter: oneOf<object>(
            { entityIds: few(id, 8) },
            { emails: few(() => oneOf('nobody@example.com', ...world.emails), 8) },
            { nameLike: few(() => oneOf('a', 'e', 'zzz'), 2) },
            { customerGroupIds: [0, 1] },
            { createdAt: dates() },
            { entityIds: few(id, 8), names: ['x'.repeat(1 + draw(1_900))] },
          ),
        }),
        ...maybe({ sort: { enum: oneOf('CREATED_AT_DESC', 'LAST_NAME_ASC') } }),
      })),
    'Query.searchCustomers': () => ({
      query: oneOf('an', 'er', '12', '+49 30 1234', 'Engines Ltd', ...world.emails),
      ...maybe({ first: draw(9) }),
    }),
    'Query.customerAddress': () => ({ entityId: id() }),
    'Query.customerAddresses': () =>
      page('customerAddresses', () => maybe({ filter: { customerEntityIds: few(id) } })),
    'Query.customerAttributeDefinition': () => ({
      by: oneOf<object>(
        { entityId: id() },
        { id: toGlobalId('CustomerAttributeDefinition', oneOf(1, 2, 99)) },
        { name: oneOf('Birthday', 'nothing') },
      ),
    }),
    'Query.customerAttributeDefinitions': () => maybe({ filter: { nameLike: 'a' } }),
    'Query.customerAttributeValues': () =>
      page('customerAttributeValues', () => maybe({ filter: { attributeEntityIds: [1, 2, 3] } })),
    'Query.formFieldValues': () =>
      page('formFieldValues', () => maybe({ filter: { fieldType: { enum: oneOf('TEXT', 'CHECKBOXES') } } })),
    'Query.customerMetafields': () =>
      page('customerMetafields', () => ({
        ...maybe({ filter: oneOf<object>({ namespaces: namespaces() }, { keys: keys() }) }),
        ...maybe({ direction: { enum: 'DESC' } }),
        ...maybe({ customerEntityId: id() }),
      })),
    'Query.customerMetafield': () => ({
      customerEntityId: id(),
      by: oneOf<object>({ name: { namespace: 'loyalty', key: 'points' } }, { entityId: id() }),
    }),
    'Query.customerConsent': () => ({ customerEntityId: id() }),
    'Query.customerStoredInstruments': () => ({ customerEntityId: id() }),
    'Query.channelCustomerSettings': () => ({ channelId: oneOf(1, 2, 3) }),
    'Customer.addresses': drawPage,
    'Customer.attribute': () => ({
      by: oneOf<object>(
        { name: oneOf('Birthday', 'Shoe size', 'nothing') },
        { attributeEntityId: oneOf(1, 2, 3, 99) },
      ),
    }),
    'Customer.formFields': () => maybe({ names: ['Interests'] }),
    'Customer.metafields': () => ({
      ...drawPage(),
      ...maybe({ namespaces: namespaces() }),
      ...maybe({ keys: keys() }),
    }),
    'Customer.metafield': () => ({
      by: oneOf<object>(
        { name: { namespace: oneOf('loyalty', 'crm'), key: oneOf('points', 'stage') } },
        { entityId: id() },
      ),
    }),
    'CustomerAddress.formFields': () => maybe({ names: ['Floor'] }),
  };
  return { ...arguments_[field]?.() };
}

function sample<T>(draw: RandomInteger, all: readonly T[], least: number, most: number): T[] {
  const left = [...all];
  const count = Math.min(least + draw(most - least + 1), all.length);
  return Array.from({ length: count }, () => left.splice(draw(left.length), 1)).flat();
}
