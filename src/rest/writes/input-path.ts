import { isObject } from '../wire/decode.ts';
import { quotesExactly } from './quotes-exactly.ts';

/** Input names of the store's fields, if they are not the store's name in camel case. */
const INPUT_NAMES: ReadonlyMap<string, string> = new Map([
  ['id', 'entityId'],
  ['customer_id', 'customerEntityId'],
  ['address_id', 'addressEntityId'],
  ['attribute_id', 'attributeEntityId'],
  ['resource_id', 'customerEntityId'],
  ['attribute_value', 'value'],
  ['store_credit_amounts', 'storeCredit'],
  ['privacy_settings', 'privacy'],
  ['customer_group_settings', 'customerGroups'],
]);

/** A deeper path is not one of the input. */
const MAX_DEPTH = 6;

/**
 * The path in an item of the input for a path in an item that was sent: `formFields.1.name` for `form_fields`, `1`, `name`.
 * If the store leaves out an index, it is taken from the text of the error. Null if it is no path of field names.
 */
export function toInputPath(path: readonly string[], item: unknown, text: string): string | null {
  const names = path.map(toInputName);
  if (names.length === 0 || names.length > MAX_DEPTH || isIndex(path[0] ?? '') || names.includes(null))
    return null;
  const complete: string[] = [];
  let value = item;
  for (const [depth, part] of path.entries()) {
    if (Array.isArray(value) && !isIndex(part)) {
      const index = indexOf(value, text);
      if (index >= 0) complete.push(String(index));
      value = value[index];
    }
    complete.push(names[depth] ?? part);
    value =
      isObject(value) || Array.isArray(value) ? (value as Readonly<Record<string, unknown>>)[part] : null;
  }
  return complete.join('.');
}

function isIndex(part: string): boolean {
  return /^\d{1,9}$/.test(part);
}

function toInputName(part: string): string | null {
  if (isIndex(part)) return part;
  if (!/^[a-z]\w{0,63}$/i.test(part)) return null;
  return INPUT_NAMES.get(part) ?? part.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The element of a list that an error refers to: the only one, or the only one that its text quotes. -1 if unknown. */
function indexOf(list: readonly unknown[], text: string): number {
  if (list.length === 1) return 0;
  const quoted = list.flatMap((element, index) =>
    isObject(element) && Object.values(element).some((value) => isQuoted(value, text)) ? [index] : [],
  );
  return quoted.length === 1 ? (quoted[0] ?? -1) : -1;
}

function isQuoted(value: unknown, text: string): boolean {
  return typeof value === 'string' && value.trim() !== '' && quotesExactly(text, value);
}
