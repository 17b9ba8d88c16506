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
import { countCharacters, FieldInfo, isThenable, nullOnError, objectPathOf, pathOf } from './execution.ts';
import type { Complete, Execution, FieldPlan, Path, Written } from './field-plan.ts';
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
  return (execution, field, value, parentPath, index) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined
      ? 'null'
      : complete(execution, field, value, parentPath, index);
  };
}

function nonNull(complete: Complete): Complete {
  return (execution, field, value, parentPath, index) => {
    // A value that is not null can be written as `null`: NaN, for example.
    if (value !== null && value !== undefined) return complete(execution, field, value, parentPath, index);
    const { parentType, definition } = field;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  };
}

function leaf(type: GraphQLLeafType): Complete {
  return (execution, _field, value) => {
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined)
      throw new Error(`Expected ${type.name}.serialize to return a value, returned ${serialized}.`);
    const text = jsonOf(serialized);
    countCharacters(execution, text.length);
    return text;
  };
}

/** All characters but those that JSON never escapes: it escapes controls, quotes, backslashes, and half a pair. */
const MAY_BE_ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
/** Longer texts are left to `JSON.stringify`, in characters. */
const SHORT = 100;

/** The JSON of a value: what `JSON.stringify` gives, which takes longer than all else for a short text. */
function jsonOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= SHORT && !MAY_BE_ESCAPED.test(value)) return `"${value}"`;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  // JSON has no text for a function, for example.
  return JSON.stringify(value) ?? 'null';
}

function list(itemType: GraphQLOutputType): Complete {
  const completeItem = completerOf(itemType);
  const isNonNull = isNonNullType(itemType);

  function failItem(execution: Execution, field: FieldPlan, error: unknown, path: Path): 'null' {
    return nullOnError(execution, { error, nodes: field.nodes, path, isNonNull });
  }

  /** Writes an item, which can be a promise. */
  function writeItem(
    execution: Execution,
    field: FieldPlan,
    item: unknown,
    listPath: Path,
    index: number,
  ): Written {
    try {
      const written = isThenable(item)
        ? Promise.resolve(item).then((value) => completeItem(execution, field, value, listPath, index))
        : completeItem(execution, field, item, listPath, index);
      if (isWritten(written)) return written;
      return written.then(undefined, (error) =>
        failItem(execution, field, error, pathOf(field, listPath, index)),
      );
    } catch (error) {
      return failItem(execution, field, error, pathOf(field, listPath, index));
    }
  }

  return (execution, field, value, parentPath, index) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.definition.name}".`,
      );
    const listPath = pathOf(field, parentPath, index);
    const parts: Written[] = [];
    let text = '[';
    let length = 0;
    try {
      for (const item of value as Iterable<unknown>) {
        if (length > 0) text += ',';
        const written = writeItem(execution, field, item, listPath, length);
        length += 1;
        if (isWritten(written)) {
          text += written;
          continue;
        }
        parts.push(text, written);
        text = '';
      }
    } catch (error) {
      ignoreRejections(parts);
      throw error;
    }
    return joinParts(parts, `${text}]`);
  };
}

/** The list has failed already, so what its other items do has no one to report to. */
function ignoreRejections(parts: readonly Written[]): void {
  for (const part of parts) if (!isWritten(part)) part.catch(() => {});
}

function abstract(type: GraphQLAbstractType): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const byName = new Map<unknown, Complete>();

  function completeAs(execution: Execution, name: unknown): Complete {
    const known = byName.get(name) ?? object(objectTypeOf(execution, type, name));
    byName.set(name, known);
    return known;
  }

  return (execution, field, value, parentPath, index) => {
    const info = new FieldInfo(execution, field, objectPathOf(parentPath, index));
    const name = resolveType(value, execution.contextValue, info, type);
    if (!isThenable(name)) return completeAs(execution, name)(execution, field, value, parentPath, index);
    return Promise.resolve(name).then((resolved) =>
      completeAs(execution, resolved)(execution, field, value, parentPath, index),
    );
  };
}

function objectTypeOf({ schema }: Execution, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
  const found = typeof name === 'string' ? schema.getType(name) : undefined;
  if (!isObjectType(found) || !schema.isSubType(type, found))
    throw new GraphQLError(`Abstract type "${type.name}" must resolve to an Object type at runtime.`);
  return found;
}

function object(type: GraphQLObjectType): Complete {
  const write: Complete = (execution, field, value, parentPath, index) =>
    writeFields(execution, field.fieldsOn(type), value, pathOf(field, parentPath, index));
  const { isTypeOf } = type;
  if (!isTypeOf) return write;

  function writeIf(isOfType: unknown, ...value: Parameters<Complete>): Written {
    if (isOfType) return write(...value);
    throw new GraphQLError(`Expected a value of type "${type.name}".`, { nodes: value[1].nodes });
  }

  return (execution, field, value, parentPath, index) => {
    const info = new FieldInfo(execution, field, objectPathOf(parentPath, index));
    const isOfType = isTypeOf(value, execution.contextValue, info);
    if (!isThenable(isOfType)) return writeIf(isOfType, execution, field, value, parentPath, index);
    return Promise.resolve(isOfType).then((resolved) =>
      writeIf(resolved, execution, field, value, parentPath, index),
    );
  };
}
