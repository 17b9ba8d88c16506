import { argumentsOf, countCharacters, FieldInfo, isThenable, nullOnError, pathOf } from './execution.ts';
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
  try {
    for (const field of fields) {
      countCharacters(execution, field.key.length);
      const written = writeField(execution, field, source, path);
      const start = text === '{' && parts.length === 0 ? field.key : `,${field.key}`;
      if (isWritten(written)) text += start + written;
      else {
        parts.push(text + start, written);
        text = '';
      }
    }
  } catch (error) {
    const pending = parts.filter((part) => !isWritten(part));
    if (pending.length === 0) throw error;
    // The other fields are waited for: they may fail too.
    return Promise.all(pending).finally(() => {
      throw error;
    }) as never;
  }
  if (parts.length === 0) return `${text}}`;
  parts.push(`${text}}`);
  return joinParts(parts);
}

function writeField(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): Written {
  const { definition, complete, name, parentType, nodes, isNonNull } = field;
  const fail = (error: unknown) =>
    nullOnError(execution, { error, nodes, path: pathOf(field, parentPath), isNonNull });
  const place = { parentPath, key: name, typename: parentType.name };
  try {
    const info = new FieldInfo(execution, field, parentPath);
    const args = argumentsOf(execution, field);
    const value: unknown = definition.resolve
      ? definition.resolve(source, args, execution.contextValue, info)
      : propertyOf(source, args, execution, info);
    const written = isThenable(value)
      ? Promise.resolve(value).then((resolved) => complete(execution, field, resolved, place))
      : complete(execution, field, value, place);
    return isWritten(written) ? written : written.then(undefined, fail);
  } catch (error) {
    return fail(error);
  }
}

/** The default of a field without a resolver: the property of its name. */
function propertyOf(source: unknown, args: object, { contextValue }: Execution, info: FieldInfo): unknown {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) return undefined;
  const value = (source as Record<string, unknown>)[info.fieldName];
  return typeof value === 'function' ? value.call(source, args, contextValue, info) : value;
}

export function isWritten(written: Written): written is string {
  return typeof written === 'string';
}

export function joinParts(parts: readonly Written[]): Written {
  return parts.every(isWritten) ? parts.join('') : Promise.all(parts).then((all) => all.join(''));
}
