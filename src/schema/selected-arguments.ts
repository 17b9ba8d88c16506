import { type FieldNode, getArgumentValues } from 'graphql';
import type { SelectedField, SelectionContext } from './selected-fields.ts';
import { hasVariable } from './variable-mentions.ts';
import { entryOf } from './weak-maps.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** The arguments of fields that are given without variables. */
const fixedArguments = new WeakMap<FieldNode, WeakMap<SelectedField['field'], Arguments | null>>();
const knownVariables = new WeakMap<FieldNode, boolean>();

/** The arguments of a field. Null if a variable is missing: executing the field reports that. */
export function fieldArguments(
  { field, node }: SelectedField,
  { variableValues }: SelectionContext,
): Arguments | null {
  const isVariable = knownVariables.get(node) ?? (node.arguments ?? []).some((each) => hasVariable(each, {}));
  knownVariables.set(node, isVariable);
  if (isVariable) return argumentsNow(field, node, variableValues);
  const byField = entryOf(fixedArguments, node);
  const known = byField.get(field);
  if (known !== undefined) return known;
  const args = argumentsNow(field, node, variableValues);
  byField.set(field, args);
  return args;
}

function argumentsNow(
  field: SelectedField['field'],
  node: FieldNode,
  variableValues: SelectionContext['variableValues'],
): Arguments | null {
  try {
    return getArgumentValues(field, node, variableValues);
  } catch {
    return null;
  }
}
