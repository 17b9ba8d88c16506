import { getNamedType, isLeafType } from 'graphql';
import type { SelectedField } from '../../schema/selected-fields.ts';

/** The fields of a selection set, as an estimate counts them. */
export interface Subfields {
  /** Number of fields that are one value for each object, and cost no call. */
  readonly plain: number;
  /** All other fields. */
  readonly others: readonly SelectedField[];
  /** Whether no two fields have one response name. Fields with one response name are one value. */
  readonly haveOwnNames: boolean;
}

// Selection sets that depend on no variable are the same arrays for each request.
const known = new WeakMap<readonly SelectedField[], Subfields>();

export function subfieldsOf(fields: readonly SelectedField[]): Subfields {
  const found = known.get(fields) ?? sortOut(fields);
  known.set(fields, found);
  return found;
}

function sortOut(fields: readonly SelectedField[]): Subfields {
  const others = fields.filter((field) => !isPlain(field));
  const haveOwnNames = new Set(fields.map(responseName)).size === fields.length;
  return { plain: fields.length - others.length, others, haveOwnNames };
}

function isPlain({ field, node, isForbidden }: SelectedField): boolean {
  if (isForbidden || field.extensions.cost !== undefined || node.arguments?.length) return false;
  return isLeafType(getNamedType(field.type));
}

export function responseName({ node }: SelectedField): string {
  return node.alias?.value ?? node.name.value;
}
