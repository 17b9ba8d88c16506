import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { countCharacters, FieldInfo, isThenable, nullOnError, objectPathOf } from './execution.ts';
import type { Complete, Execution, FieldPlan, Path, Place, Written } from './field-plan.ts';
import { isWritten, joinParts, writeFields } from './write-fields.ts';

/** The function that writes values of a type. */
export function completerOf(type: GraphQLOutputType): Complete {
  if (isNonNullType(type)) return nonNull(completerOf(type.ofType));
  if (isListType(type)) return nullable(list(type.ofType));
  if (isLeafType(type)) return nullable(leaf(type));
  if (isAbstractType(type)) return nullable(abstract(type));
  return nullable(object(type));
}

/** Writes what is null or an error in one way for all types. */
function nullable(complete: Complete): Complete {
  return (execution, field, value, place) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? 'null' : complete(execution, field, value, place);
  };
}

function nonNull(complete: Complete): Complete {
  return (execution, field, value, place) => {
    // A value that is not null can be written as `null`: NaN, for example.
    if (value !== null && value !== undefined) return complete(execution, field, value, place);
    const { parentType, definition } = field;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  };
}

function leaf(type: GraphQLLeafType): Complete {
  return (execution, _field, value) => {
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined)
      throw new Error(`Expected ${type.name}.serialize to return a value, returned ${serialized}.`);
    // JSON has no text for a function, for example.
    const text = JSON.stringify(serialized) ?? 'null';
    countCharacters(execution, text.length);
    return text;
  };
}

function list(itemType: GraphQLOutputType): Complete {
  const completeItem = completerOf(itemType);
  const isNonNull = isNonNullType(itemType);

  /** Writes an item, which can be a promise. */
  function writeItem(execution: Execution, field: FieldPlan, item: unknown, place: Place): Written {
    const fail = (error: unknown) =>
      nullOnError(execution, { error, nodes: field.nodes, path: toPath(place), isNonNull });
    try {
      const written = isThenable(item)
        ? Promise.resolve(item).then((value) => completeItem(execution, field, value, place))
        : completeItem(execution, field, item, place);
      return isWritten(written) ? written : written.then(undefined, fail);
    } catch (error) {
      return fail(error);
    }
  }

  return (execution, field, value, place) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.definition.name}".`,
      );
    const parentPath = toPath(place);
    const parts: Written[] = ['['];
    let index = 0;
    try {
      for (const item of value as Iterable<unknown>) {
        if (index > 0) parts.push(',');
        parts.push(writeItem(execution, field, item, { parentPath, key: index, typename: undefined }));
        index += 1;
      }
    } catch (error) {
      ignoreRejections(parts);
      throw error;
    }
    parts.push(']');
    return joinParts(parts);
  };
}

/** The list has failed already, so what its other items do has no one to report to. */
function ignoreRejections(parts: readonly Written[]): void {
  for (const part of parts) if (!isWritten(part)) part.catch(() => {});
}

function object(type: GraphQLObjectType): Complete {
  return (execution, field, value, place) => writeObject(execution, { field, type, value, place });
}

function abstract(type: GraphQLAbstractType): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (execution, field, value, place) => {
    const info = new FieldInfo(execution, field, objectPathOf(place));
    const write = (name: unknown) =>
      writeObject(execution, { field, type: objectTypeOf(execution, type, name), value, place });
    const name = resolveType(value, execution.contextValue, info, type);
    return isThenable(name) ? Promise.resolve(name).then(write) : write(name);
  };
}

function objectTypeOf({ schema }: Execution, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
  const found = typeof name === 'string' ? schema.getType(name) : undefined;
  if (!isObjectType(found) || !schema.isSubType(type, found))
    throw new GraphQLError(`Abstract type "${type.name}" must resolve to an Object type at runtime.`);
  return found;
}

interface ObjectValue {
  readonly field: FieldPlan;
  readonly type: GraphQLObjectType;
  readonly value: unknown;
  readonly place: Place;
}

function writeObject(execution: Execution, { field, type, value, place }: ObjectValue): Written {
  const write = () => writeFields(execution, field.fieldsOn(type), value, toPath(place));
  if (!type.isTypeOf) return write();
  const info = new FieldInfo(execution, field, objectPathOf(place));
  const writeIfOfType = (isOfType: unknown) => {
    if (isOfType) return write();
    throw new GraphQLError(`Expected a value of type "${type.name}".`, { nodes: field.nodes });
  };
  const isOfType = type.isTypeOf(value, execution.contextValue, info);
  return isThenable(isOfType) ? Promise.resolve(isOfType).then(writeIfOfType) : writeIfOfType(isOfType);
}

function toPath({ parentPath, key, typename }: Place): Path {
  return { prev: parentPath, key, typename };
}
