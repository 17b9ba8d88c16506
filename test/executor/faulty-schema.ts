import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLFieldConfig,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';

/** What the resolvers of one execution share. */
export interface FaultyContext {
  readonly seed: number;
  /** Fraction of the fields that fail in some way. */
  readonly faults: number;
  /** Whether every resolver answers or fails at once. */
  readonly isSync: boolean;
}

/** A number from 0 to 1 that depends on the seed and the place of a field alone. */
function chanceAt({ path }: GraphQLResolveInfo, { seed }: FaultyContext, salt: string): number {
  let hash = seed;
  let text = salt;
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at !== undefined; at = at.prev)
    text += `/${at.key}`;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 0) / 2 ** 32;
}

const thenable = (value: unknown) => ({
  // biome-ignore lint/suspicious/noThenProperty: a resolver can return anything that has one
  then: (resolve: (value: unknown) => void) => resolve(value),
});

/** Every way in which a resolver can answer or fail. */
function answer(value: unknown, context: FaultyContext, info: GraphQLResolveInfo): unknown {
  const form = context.isSync ? 0 : Math.floor(chanceAt(info, context, 'form') * 4);
  if (chanceAt(info, context, 'fault') < context.faults)
    return fault(Math.floor(chanceAt(info, context, 'kind') * (context.isSync ? SYNC_FAULTS : FAULTS)));
  if (form === 1) return Promise.resolve(value);
  if (form === 2) return thenable(value);
  return form === 3 ? new Promise((resolve) => setImmediate(() => resolve(value))) : value;
}

/** The first ones fail at once, all others later. */
const SYNC_FAULTS = 5;
const FAULTS = 9;

function fault(kind: number): unknown {
  const error = new GraphQLError('failed', { extensions: { code: 'FAILED' } });
  switch (kind) {
    case 0:
      throw error;
    case 1:
      return error;
    case 2:
      throw 'no error';
    case 3:
      return undefined;
    case 4:
      return null;
    case 5:
      return Promise.reject(error);
    case 6:
      return Promise.resolve(error);
    case 7:
      return Promise.resolve(null);
    default:
      return Promise.reject(new TypeError('a bug'));
  }
}

const DateType = new GraphQLScalarType({
  name: 'Date',
  serialize: (value) => {
    if (!(value instanceof Date)) throw new GraphQLError('is no date');
    return value.toISOString();
  },
});
/** Has values that JSON writes as null, although they are not null. */
const OddType = new GraphQLScalarType({
  name: 'Odd',
  serialize: (value) => (value === 0 ? Number.NaN : value),
});
const Kind = new GraphQLEnumType({ name: 'Kind', values: { SMALL: { value: 1 }, LARGE: { value: 'l' } } });
const Filter = new GraphQLInputObjectType({
  name: 'Filter',
  isOneOf: true,
  fields: { id: { type: GraphQLInt }, kind: { type: Kind }, names: { type: new GraphQLList(GraphQLString) } },
});

type Fields = Record<string, GraphQLFieldConfig<Item, FaultyContext>>;
interface Item {
  readonly depth: number;
  readonly name: string;
  readonly isOther: boolean;
}

const childOf = ({ depth, name }: Item, index: number): Item => ({
  depth: depth + 1,
  name: `${name}.${index}`,
  isOther: (depth + index) % 3 === 2,
});

const Node: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Node',
  fields: () => ({ id: { type: new GraphQLNonNull(GraphQLID) }, child: { type: Node } }),
  resolveType: ({ isOther }: Item, context: FaultyContext, info) => {
    const name = isFaulty(info, context, 'wrong type')
      ? WRONG_TYPES[Math.floor(chanceAt(info, context, 'which type') * WRONG_TYPES.length)]
      : typeNameOf(isOther);
    return context.isSync || chanceAt(info, context, 'type') < 0.5 ? name : Promise.resolve(name);
  },
});

const typeNameOf = (isOther: boolean) => (isOther ? 'Other' : 'Thing');
/** Of no type, of no object, of no type that implements the interface, and no name at all. */
const WRONG_TYPES = ['Nobody', 'Date', 'Query', undefined];

/** Whether the type of a value is found out wrongly. It depends on the place of the field that the value belongs to. */
function isFaulty(info: GraphQLResolveInfo, context: FaultyContext, salt: string): boolean {
  return chanceAt(info, context, salt) < context.faults;
}

const leaves = (): Fields => ({
  id: { type: new GraphQLNonNull(GraphQLID), resolve: ({ name }) => name },
  name: { type: GraphQLString },
  depth: { type: GraphQLInt },
  late: { type: GraphQLString, resolve: ({ name }, _args, ctx, info) => answer(`"${name}"\n`, ctx, info) },
  required: {
    type: new GraphQLNonNull(GraphQLString),
    resolve: ({ name }, _args, ctx, info) => answer(name, ctx, info),
  },
  date: { type: DateType, resolve: (_item, _args, ctx, info) => answer(new Date(0), ctx, info) },
  kind: { type: Kind, resolve: ({ depth }, _args, ctx, info) => answer(depth % 2 ? 1 : 'l', ctx, info) },
  odd: { type: new GraphQLNonNull(OddType), resolve: ({ depth }) => depth % 2 },
  odds: { type: new GraphQLList(new GraphQLNonNull(OddType)), resolve: () => [0, 1, { toJSON: () => null }] },
  wrong: { type: GraphQLInt, resolve: (_item, _args, ctx, info) => answer('no number', ctx, info) },
  flag: { type: GraphQLBoolean, resolve: (_item, _args, ctx, info) => answer(true, ctx, info) },
  echo: {
    type: GraphQLString,
    args: {
      n: { type: GraphQLInt, defaultValue: 3 },
      filter: { type: Filter },
      required: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 },
    },
    resolve: (_item, args, ctx, info) => answer(JSON.stringify(args), ctx, info),
  },
  where: {
    type: GraphQLString,
    resolve: (
      _item,
      _args,
      _ctx,
      { fieldName, parentType, path, returnType, operation, fieldNodes, variableValues },
    ) =>
      JSON.stringify([
        fieldName,
        parentType.name,
        path,
        String(returnType),
        operation.operation,
        fieldNodes.length,
        variableValues,
      ]),
  },
});

const items = (item: Item, context: FaultyContext, info: GraphQLResolveInfo): unknown => {
  if (item.depth > 4) return [];
  const all = [0, 1, 2].map((index) => childOf(item, index));
  const form = chanceAt(info, context, 'list');
  if (form < 0.2) return new Set(all);
  if (form < 0.4 && !context.isSync) return all.map((each) => Promise.resolve(each));
  if (form < 0.5) return all.map((each, i) => (i === 1 ? new GraphQLError('a failed item') : each));
  if (form < 0.55) return 'no list';
  return all;
};

const nested = (): Fields => ({
  child: { type: Node, resolve: (item, _args, ctx, info) => answer(childOf(item, 0), ctx, info) },
  thing: {
    type: Thing,
    resolve: (item, _args, ctx, info) => answer({ ...childOf(item, 1), isOther: false }, ctx, info),
  },
  must: {
    type: new GraphQLNonNull(Thing),
    resolve: (item, _args, ctx, info) => answer({ ...childOf(item, 1), isOther: false }, ctx, info),
  },
  nodes: {
    type: new GraphQLList(Node),
    resolve: (item, _args, ctx, info) => answer(items(item, ctx, info), ctx, info),
  },
  musts: {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Result))),
    resolve: (item, _args, ctx, info) => answer(items(item, ctx, info), ctx, info),
  },
  numbers: {
    type: new GraphQLList(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
    resolve: (_item, _args, ctx, info) =>
      answer([[1, 2], null, [3, ctx.isSync ? 4 : Promise.resolve(4)], [null]], ctx, info),
  },
});

const Thing: GraphQLObjectType<Item, FaultyContext> = new GraphQLObjectType<Item, FaultyContext>({
  name: 'Thing',
  interfaces: [Node],
  fields: () => ({ ...leaves(), ...nested() }),
  isTypeOf: (_item, context, info) => {
    const isThing = !isFaulty(info, context, 'no thing');
    // As the authorization of a type does.
    if (isFaulty(info, context, 'refused'))
      throw new GraphQLError('refused', { extensions: { code: 'REFUSED' } });
    return context.isSync || chanceAt(info, context, 'is') < 0.5 ? isThing : Promise.resolve(isThing);
  },
});
const Other: GraphQLObjectType<Item, FaultyContext> = new GraphQLObjectType<Item, FaultyContext>({
  name: 'Other',
  interfaces: [Node],
  fields: () => ({ ...leaves(), ...nested() }),
});
const Result: GraphQLUnionType = new GraphQLUnionType({
  name: 'Result',
  types: [Thing, Other],
  resolveType: ({ isOther }: Item) => (isOther ? 'Other' : 'Thing'),
});

const ROOT: Item = { depth: 0, name: 'root', isOther: false };
const rooted = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { resolve = (item: Item) => item[name as keyof Item] } = field;
      return [name, { ...field, resolve: (_root, args, ctx, info) => resolve(ROOT, args, ctx, info) }];
    }),
  );

/** A schema whose resolvers answer and fail in every way, the same way at the same place for one seed. */
export const faultySchema = new GraphQLSchema({
  query: new GraphQLObjectType<Item, FaultyContext>({
    name: 'Query',
    fields: () => rooted({ ...leaves(), ...nested() }),
  }),
  types: [Thing, Other],
});
