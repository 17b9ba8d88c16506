import { type GraphQLObjectType, getNamedType, isAbstractType, isCompositeType, isObjectType } from 'graphql';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { schema } from '../../src/schema/index.ts';

/** Draws an integer, uniform in [0, below). */
export type RandomInteger = (below: number) => number;

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

/** A field of an operation, before it is printed. */
export interface SelectedField {
  /** The object type that it is selected on. */
  readonly type: string;
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: readonly SelectedField[];
}

export interface RandomOperation {
  readonly fields: readonly SelectedField[];
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 5;

/** Generates an operation: any fields with any arguments, printed in one of the equivalent ways. */
export function generateOperation(draw: RandomInteger, world: StoreContents): RandomOperation {
  const fields = drawFields('Query', 0);
  const writer = createPrinter(draw, (type) => drawFields(type, MAX_DEPTH - 2));
  const query = writer.operation(fields);
  return { fields, query, variables: writer.variables };

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
        args: generateArguments(draw, world, `${typeName}.${field.name}`),
        selection: drawFields(getNamedType(field.type).name, depth + 1),
      }),
    );
  }
}

function generateArguments(
  draw: RandomInteger,
  world: StoreContents,
  field: string,
): Record<string, unknown> {
  const id = () => 1 + draw(world.customers + 2);
  const count = () => draw(7);
  const few = (one: () => unknown, most = 4) => Array.from({ length: draw(most + 1) }, one);
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
    'Query.customerAddress': () => ({ entityId: id() }),
    'Query.customerAddresses': () =>
      page('customerAddresses', () => maybe({ filter: { customerEntityIds: few(id) } })),
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

/** Prints fields: with aliases, fragments, directives, variables and skipped selections. */
function createPrinter(draw: RandomInteger, drawFields: (type: string) => readonly SelectedField[]) {
  const variables: Record<string, unknown> = { yes: true, no: false };
  const declared = ['$yes: Boolean!', '$no: Boolean!'];
  const fragments: string[] = [];
  let names = 0;
  const fresh = (letter: string) => {
    names += 1;
    return `${letter}${names}`;
  };

  function selection(fields: readonly SelectedField[], skips = true): string {
    const written = fields.map((field) => piece(field.type, one(field)));
    const decoy = skips && fields[0] && coinFlip(draw, 0.1) ? fields[0].type : null;
    const skipped =
      decoy === null ? '' : `... on ${decoy} @skip(if: $yes) ${selection(drawFields(decoy), false)}`;
    return `{ __typename ${written.join(' ')} ${skipped} }`;
  }

  function piece(type: string, written: string): string {
    const way = draw(10);
    if (way === 0) return `... on ${type} @include(if: $yes) { ${written} }`;
    if (way === 1) return `... on ${type} @skip(if: $no) { ${written} }`;
    if (way === 2) {
      const name = fresh('F');
      fragments.push(`fragment ${name} on ${type} { ${written} }`);
      return `...${name}`;
    }
    // On a level that mixes types a field is valid only on its own type.
    return `... on ${type} { ${written} }`;
  }

  function one({ type, field, args, selection: below }: SelectedField): string {
    const definition = (schema.getType(type) as GraphQLObjectType).getFields()[field];
    const given = Object.entries(args).map(([name, value]) => {
      if (coinFlip(draw, 0.5)) return `${name}: ${literal(value)}`;
      const variable = fresh('v');
      declared.push(`$${variable}: ${definition?.args.find((arg) => arg.name === name)?.type}`);
      variables[variable] = plain(value);
      return `${name}: $${variable}`;
    });
    const isOpen = definition !== undefined && isCompositeType(getNamedType(definition.type));
    return `${fresh('a')}: ${field}${given.length > 0 ? `(${given.join(', ')})` : ''} ${isOpen ? selection(below) : ''}`;
  }

  return {
    variables,
    operation(fields: readonly SelectedField[]): string {
      const body = selection(fields);
      // Unused variables are validation errors.
      const used = '... on Query @include(if: $yes) { __typename @skip(if: $no) }';
      return `query (${declared.join(', ')}) { ${used} ... on Query ${body} } ${fragments.join(' ')}`;
    },
  };
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('enum' in value) return String(value.enum);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${literal(each)}`)
    .join(', ')} }`;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, each) =>
    typeof each === 'object' && each !== null && 'enum' in each ? each.enum : each,
  );
}

function coinFlip(draw: RandomInteger, share: number): boolean {
  return draw(100) < share * 100;
}

function sample<T>(draw: RandomInteger, all: readonly T[], least: number, most: number): T[] {
  const left = [...all];
  const count = Math.min(least + draw(most - least + 1), all.length);
  return Array.from({ length: count }, () => left.splice(draw(left.length), 1)).flat();
}
