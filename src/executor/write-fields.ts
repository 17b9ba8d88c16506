import { countCharacters, FieldInfo, isThenable, nullOnError, pathOf } from './execution.ts';
import type { Execution, FieldPlan, Path, Written } from './field-plan.ts';

/** Resolves and writes the fields of an object. */
export function writeFields(
  execution: Execution,
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): Written {
  const parts: Written[] = [];
  let text = '{';
  let isFirst = true;
  try {
    for (const field of fields) {
      countCharacters(execution, field.key.length);
      const written = writeField(execution, field, source, path);
      text += isFirst ? field.key : field.nextKey;
      isFirst = false;
      if (isWritten(written)) {
        text += written;
        continue;
      }
      parts.push(text, written);
      text = '';
    }
  } catch (error) {
    const pending = parts.filter((part) => !isWritten(part));
    if (pending.length === 0) throw error;
    // The other fields are waited for: they may fail too.
    return Promise.all(pending).finally(() => {
      throw error;
    }) as never;
  }
  return joinParts(parts, `${text}}`);
}

function writeField(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): Written {
  const { definition, readArguments, complete } = field;
  try {
    const args = readArguments(execution.variableValues);
    const value: unknown = definition.resolve
      ? definition.resolve(source, args, execution.contextValue, new FieldInfo(execution, field, parentPath))
      : propertyOf(execution, field, source, args, parentPath);
    const written = isThenable(value)
      ? Promise.resolve(value).then((resolved) => complete(execution, field, resolved, parentPath, null))
      : complete(execution, field, value, parentPath, null);
    if (isWritten(written)) return written;
    return written.then(undefined, (error) => failField(execution, field, error, parentPath));
  } catch (error) {
    return failField(execution, field, error, parentPath);
  }
}

function failField(
  execution: Execution,
  field: FieldPlan,
  error: unknown,
  parentPath: Path | undefined,
): 'null' {
  const { nodes, isNonNull } = field;
  return nullOnError(execution, { error, nodes, path: pathOf(field, parentPath), isNonNull });
}

/** The default of a field without a resolver: the property of its name. */
function propertyOf(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  args: object,
  parentPath: Path | undefined,
): unknown {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) return undefined;
  const value = (source as Record<string, unknown>)[field.definition.name];
  if (typeof value !== 'function') return value;
  return value.call(source, args, execution.contextValue, new FieldInfo(execution, field, parentPath));
}

export function isWritten(written: Written): written is string {
  return typeof written === 'string';
}

/** @param end the text after the last part */
export function joinParts(parts: readonly Written[], end: string): Written {
  if (parts.length === 0) return end;
  // `Promise.all` would make a promise of each text too.
  const pending = parts.filter((part) => !isWritten(part));
  return Promise.all(pending).then((all) => {
    // Not `join`, which copies the whole text at each level.
    let text = '';
    let next = 0;
    for (const part of parts) {
      text += isWritten(part) ? part : all[next];
      if (!isWritten(part)) next += 1;
    }
    return text + end;
  });
}
