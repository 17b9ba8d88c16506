import { convertCell, splitList, toNumber } from './cells.ts';
import type { ColumnRule } from './mapping.ts';

interface CellWithRule {
  readonly value: unknown;
  readonly rule: ColumnRule;
}

/** The value of a cell for the input, or why it has none. Null if the field is left as it is. */
export function inputValue({
  value,
  rule,
}: CellWithRule): { readonly value: unknown } | { readonly message: string } | null {
  const { target, empty, as, separator } = rule;
  const isFormField = target.kind === 'formField' || target.kind === 'addressFormField';
  if (typeof value !== 'string') return isFormField ? { value: contentOf(value) } : { value };
  if (value.trim() === '') {
    if (empty === 'keep') return null;
    return { value: isFormField ? { clear: true } : null };
  }
  switch (target.kind) {
    case 'field':
    case 'addressField':
    case 'storeCredit':
      return convertCell(isEmail(target) ? value.trim() : value, target.type, separator);
    case 'formField':
    case 'addressFormField':
      return formFieldValue(value, as, separator);
    default:
      return { value };
  }
}

function isEmail(target: ColumnRule['target']): boolean {
  return target.kind === 'field' && target.path[0] === 'email';
}

function formFieldValue(cell: string, as: ColumnRule['as'], separator: string) {
  if (as === 'text') return { value: { text: cell } };
  if (as === 'choices') return { value: { choices: splitList(cell, separator) } };
  const converted = toNumber(cell);
  return 'message' in converted ? converted : { value: { number: converted.value } };
}

/** The content of a form field from a value of JSON. */
function contentOf(value: unknown): object {
  if (typeof value === 'number') return { number: value };
  return Array.isArray(value) ? { choices: value } : { clear: value === null };
}
