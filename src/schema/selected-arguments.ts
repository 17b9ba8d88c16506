import type { FieldNode } from 'graphql';
import { type Arguments, compileArguments, type ReadArguments } from '../executor/arguments.ts';
import type { SelectedField, SelectionContext } from './selected-fields.ts';
import { entryOf } from './weak-maps.ts';

const compiled = new WeakMap<FieldNode, WeakMap<SelectedField['field'], ReadArguments>>();

/** The arguments of a field. Null if they are invalid: executing the field reports that. */
export function fieldArguments(
  { field, node }: SelectedField,
  { variableValues }: SelectionContext,
): Arguments | null {
  const byField = entryOf(compiled, node);
  const read = byField.get(field) ?? compileArguments(field, node);
  byField.set(field, read);
  try {
    return read(variableValues);
  } catch {
    return null;
  }
}
