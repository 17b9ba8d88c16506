import {
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { pageSize } from '../../cost/pages.ts';
import type { Population } from '../../cost/population.ts';
import type { SelectedField } from '../../schema/selected-fields.ts';

/** Number of values that an operation may return. */
export interface ValueEstimate {
  readonly values: number;
  /** The list whose items have the most values, and their number. Null if the response has no list. */
  readonly largestList: { readonly field: string; readonly values: number } | null;
}

/** The objects of one level of a response. */
export interface ResponseLevel {
  readonly objects: number;
  /** Response path of the innermost list. */
  readonly list: string;
  /** Number of records of the connection to which the level belongs. Null outside connections. */
  readonly pageSize: number | null;
  /** Number of enclosing lists that are inside a record. */
  readonly innerLists: number;
}

export const ROOT_LEVEL: ResponseLevel = { objects: 1, list: '', pageSize: null, innerLists: 0 };

/** A selected field, and what is known about it before execution. */
export interface VisitedField {
  readonly selected: SelectedField;
  readonly path: string;
  /** Whether another field may have the same path. */
  readonly isMerged: boolean;
  readonly args: Readonly<Record<string, unknown>>;
  /** The records that the field is selected on, and those that it returns. */
  readonly from: Population;
  readonly to: Population;
}

type CountedField = Pick<VisitedField, 'selected' | 'path' | 'isMerged'>;

/** Assumed length of a list inside a record, which is not known before execution. */
const INNER_LENGTH = 10;
/** The same for a list inside such a list, such as the form fields of an address. */
const INNERMOST_LENGTH = 3;
/** Values that an error counts as: it is larger than a value, and takes longer to write. */
const VALUES_PER_ERROR = 10;

/** Counts the values of a response while its selection set is walked. */
export function createValueCounter(schema: GraphQLSchema) {
  const counted = new Set<string>();
  const byList = new Map<string, number>();
  let values = 0;

  function add({ selected, path, isMerged }: CountedField, list: string, count: number): void {
    if (isMerged) {
      // Fields with one response name are one value.
      const key = `${path} ${selected.parent.name}`;
      if (counted.has(key)) return;
      counted.add(key);
    }
    addValues(list, count);
  }

  function addValues(list: string, count: number): void {
    values += count;
    byList.set(list, (byList.get(list) ?? 0) + count);
  }

  return {
    /** Counts a field, and returns the level of its subfields. */
    count(field: VisitedField, level: ResponseLevel): ResponseLevel {
      const { field: definition } = field.selected;
      const isList = isListType(getNullableType(definition.type));
      // A list of strings or numbers counts as one value: it is as long as the store made it.
      if (isList && !isLeafType(getNamedType(definition.type))) return countList(field, level);
      add(field, level.list, level.objects);
      return isConnection(definition) ? connectionLevel(field, level) : { ...level, pageSize: null };
    },
    /** Counts a field for which the caller is not authorized: it is null, with an error. */
    countForbidden(field: CountedField, { objects, list }: ResponseLevel): void {
      add(field, list, objects * VALUES_PER_ERROR);
    },
    /** Counts fields that are one value for each object. */
    countPlain(fields: number, { objects, list }: ResponseLevel): void {
      if (fields > 0) addValues(list, fields * objects);
    },
    total(): ValueEstimate {
      const [largest] = [...byList].filter(([list]) => list !== '').toSorted(([, a], [, b]) => b - a);
      return { values, largestList: largest ? { field: largest[0], values: largest[1] } : null };
    },
  };

  function countList(field: VisitedField, level: ResponseLevel): ResponseLevel {
    const { path } = field;
    const known = level.pageSize ?? knownLength(field, schema);
    const objects = level.objects * (known ?? innerLength(level));
    add(field, path, level.objects + objects);
    const innerLists = level.innerLists + (known === null ? 1 : 0);
    return { objects, list: path, pageSize: null, innerLists };
  }
}

function isConnection({ type }: SelectedField['field']): boolean {
  const named = getNamedType(type);
  return isObjectType(named) && 'pageInfo' in named.getFields();
}

/** The level of a page of records. */
function connectionLevel({ selected, args, from, to }: VisitedField, level: ResponseLevel): ResponseLevel {
  const size = pageSize(args);
  if (selected.parent.name === 'Query')
    return { ...level, pageSize: from === to ? size : Math.min(size, to.size) };
  return {
    ...level,
    pageSize: Math.min(size, innerLength(level)),
    innerLists: level.innerLists + 1,
  };
}

function innerLength({ innerLists }: ResponseLevel): number {
  return innerLists === 0 ? INNER_LENGTH : INNERMOST_LENGTH;
}

/** The length of a list outside connections. Null if it is not known. */
function knownLength({ selected, args, from, to }: VisitedField, schema: GraphQLSchema): number | null {
  const { parent, field } = selected;
  if (parent.name.startsWith('__')) return introspectionLength(parent.name, field.name, schema);
  if (field.name === 'results') return to.size;
  if (field.name === 'parts' && from.partsEach !== undefined) return from.partsEach;
  // An item has its record or its errors, and seldom more than one of those.
  if (field.name === 'errors') return 1;
  return Array.isArray(args.ids) ? args.ids.length : null;
}

const lengths = new WeakMap<GraphQLSchema, Readonly<Record<string, number>>>();

/** The length of a list of an introspection query, on average over the schema. */
function introspectionLength(typeName: string, fieldName: string, schema: GraphQLSchema): number {
  const known = lengths.get(schema) ?? measureSchema(schema);
  lengths.set(schema, known);
  return known[`${typeName}.${fieldName}`] ?? INNER_LENGTH;
}

function measureSchema(schema: GraphQLSchema): Readonly<Record<string, number>> {
  const types = Object.values(schema.getTypeMap());
  const outputs = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = outputs.flatMap((type) => Object.values(type.getFields()));
  const inputFields = types.flatMap((type) => (isInputObjectType(type) ? Object.keys(type.getFields()) : []));
  const args = fields.flatMap((field) => field.args);
  return {
    '__Schema.types': types.length,
    '__Schema.directives': schema.getDirectives().length,
    // Most types have no fields, but those that fields lead to have more than the average.
    '__Type.fields': (3 * fields.length) / types.length,
    '__Type.inputFields': inputFields.length / types.length,
    '__Field.args': args.length / fields.length,
    '__Type.enumValues': 1,
    '__Type.interfaces': 1,
    '__Type.possibleTypes': 1,
  };
}
