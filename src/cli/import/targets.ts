import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql';
import { schema } from '../../schema/index.ts';

/** What a column fills. Its name says which: `email`, `addresses.1.city`, `attributes.Loyalty tier`. */
export type Target =
  | {
      readonly kind: 'field';
      readonly path: readonly [string] | readonly [string, string];
      readonly type: GraphQLInputType;
    }
  | { readonly kind: 'storeCredit'; readonly type: GraphQLInputType }
  /** @property number from 1 */
  | {
      readonly kind: 'addressField';
      readonly number: number;
      readonly name: string;
      readonly type: GraphQLInputType;
    }
  | { readonly kind: 'addressFormField'; readonly number: number; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'formField'; readonly name: string }
  | { readonly kind: 'metafield'; readonly namespace: string; readonly key: string }
  /** A list or an object of the input, as JSON has it. */
  | { readonly kind: 'whole'; readonly name: string };

/** The input of a customer. */
export const CUSTOMER_INPUT = inputType('UpsertCustomerInput');
const ADDRESS_INPUT = inputType('CreateCustomerNestedAddressInput');

/** Of one customer, as many as anybody could name columns for. */
const MAX_ADDRESSES = 100;

/** Fields of the input that are objects or lists of them. */
const STRUCTURED: ReadonlySet<string> = new Set(
  Object.entries(CUSTOMER_INPUT.getFields()).flatMap(([name, { type }]) =>
    isLeafType(getNamedType(type)) ? [] : [name],
  ),
);

const FIELDS: ReadonlyMap<string, Target> = new Map([
  ...scalarsOf(CUSTOMER_INPUT)
    // By it a customer is found with another key only.
    .filter(([name]) => name !== 'entityId')
    .map(([name, type]): [string, Target] => [name, { kind: 'field', path: [name], type }]),
  ...['authentication', 'consent'].flatMap((parent) =>
    scalarsOf(getNamedType(CUSTOMER_INPUT.getFields()[parent]?.type) as GraphQLInputObjectType).map(
      ([name, type]): [string, Target] => [
        `${parent}.${name}`,
        { kind: 'field', path: [parent, name], type },
      ],
    ),
  ),
  [
    'storeCredit',
    { kind: 'storeCredit', type: scalarsOf(inputType('StoreCreditInput'))[0]?.[1] as GraphQLInputType },
  ],
]);

const ADDRESS_FIELDS: ReadonlyMap<string, GraphQLInputType> = new Map(scalarsOf(ADDRESS_INPUT));

/** What the store sets itself. Lists that were exported have it. */
const READ_ONLY: ReadonlySet<string> = new Set(
  Object.keys((schema.getType('Customer') as GraphQLInputObjectType).getFields()).filter(
    (name) => !FIELDS.has(name) && !STRUCTURED.has(name),
  ),
);

/** The names of columns that a suggestion can name. */
export const KNOWN_NAMES: readonly string[] = [
  ...FIELDS.keys(),
  ...[...ADDRESS_FIELDS.keys()].flatMap((name) => [
    `addresses.1.${name}`,
    ...(FIELDS.has(name) ? [] : [name]),
  ]),
];

/** Whether a column holds what the store sets itself, such as `createdAt`. */
export function isReadOnly(column: string): boolean {
  return READ_ONLY.has(column.split('.')[0] ?? '');
}

/**
 * What a name means. Names of fields count in any case, with blanks, hyphens and underscores: `First Name` is `firstName`. The
 * fields that only an address has mean the first address.
 *
 * @returns null if it means nothing
 */
export function targetOf(name: string): Target | null {
  const field = find(FIELDS, name);
  if (field !== null) return field;
  const address = find(ADDRESS_FIELDS, name);
  if (address !== null) return addressTarget(1, name);
  const [group = '', ...rest] = name.split('.');
  const inner = rest.join('.').trim();
  if (inner === '') return null;
  switch (group.trim()) {
    case 'attributes':
      return { kind: 'attribute', name: inner };
    case 'formFields':
      return { kind: 'formField', name: inner };
    case 'metafields':
      return metafieldTarget(rest);
    case 'addresses':
      return /^[1-9]\d{0,2}$/.test(rest[0] ?? '') && Number(rest[0]) <= MAX_ADDRESSES
        ? addressTarget(Number(rest[0]), rest.slice(1).join('.'))
        : null;
    default:
      return null;
  }
}

/** The target of a key of JSON whose value is an object or a list. Null if the input has no such field. */
export function wholeTargetOf(name: string): Target | null {
  return STRUCTURED.has(name) ? { kind: 'whole', name } : null;
}

/** The name by which two columns are known to fill the same. */
export function targetName(target: Target): string {
  switch (target.kind) {
    case 'field':
      return target.path.join('.');
    case 'storeCredit':
      return 'storeCredit';
    case 'addressField':
      return `addresses.${target.number}.${target.name}`;
    case 'addressFormField':
      return `addresses.${target.number}.formFields.${target.name}`;
    case 'attribute':
      return `attributes.${target.name}`;
    case 'formField':
      return `formFields.${target.name}`;
    case 'metafield':
      return `metafields.${target.namespace}.${target.key}`;
    case 'whole':
      return target.name;
  }
}

function addressTarget(number: number, name: string): Target | null {
  const formField = /^formFields\.(.+)$/s.exec(name)?.[1]?.trim();
  if (formField) return { kind: 'addressFormField', number, name: formField };
  for (const [field, type] of ADDRESS_FIELDS)
    if (fold(field) === fold(name)) return { kind: 'addressField', number, name: field, type };
  return null;
}

function metafieldTarget([namespace = '', ...key]: readonly string[]): Target | null {
  const isNamed = namespace.trim() !== '' && key.join('.').trim() !== '';
  return isNamed ? { kind: 'metafield', namespace: namespace.trim(), key: key.join('.').trim() } : null;
}

function find<T>(fields: ReadonlyMap<string, T>, name: string): T | null {
  const folded = fold(name);
  for (const [field, value] of fields) if (fold(field) === folded) return value;
  return null;
}

/** Dots stay: they separate the parts of a name. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

function inputType(name: string): GraphQLInputObjectType {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new TypeError(`the schema has no input ${name}`);
  return type;
}

/** The fields that are scalars, enums or lists of them. */
function scalarsOf(type: GraphQLInputObjectType): readonly (readonly [string, GraphQLInputType])[] {
  return Object.entries(type.getFields()).flatMap(([name, field]) => {
    const nullable = getNullableType(field.type);
    const isPlain =
      isLeafType(getNamedType(nullable)) && !(isListType(nullable) && isListType(nullable.ofType));
    return isPlain ? [[name, nullable] as const] : [];
  });
}
