import {
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLInputType,
  GraphQLInt,
  getNamedType,
  isEnumType,
  isListType,
} from 'graphql';

/** A value, or why a cell has none: a sentence without it. */
type Converted = { readonly value: unknown } | { readonly message: string };

const TRUE: ReadonlySet<string> = new Set(['true', 'yes', 'y', '1']);
const FALSE: ReadonlySet<string> = new Set(['false', 'no', 'n', '0']);

/** Converts the text of a cell to a type of the schema. @param separator between the items of a list */
export function convertCell(cell: string, type: GraphQLInputType, separator: string): Converted {
  if (!isListType(type)) return convertOne(cell, type);
  const values: unknown[] = [];
  for (const part of splitList(cell, separator)) {
    const converted = convertOne(part, type.ofType);
    if ('message' in converted) return converted;
    values.push(converted.value);
  }
  return { value: values };
}

/** The items of a list in one cell. */
export function splitList(cell: string, separator: string): readonly string[] {
  return cell
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function convertOne(cell: string, type: GraphQLInputType): Converted {
  const named = getNamedType(type);
  const text = cell.trim();
  if (named === GraphQLInt)
    return /^[+-]?\d{1,15}$/.test(text)
      ? { value: Number(text) }
      : { message: 'The cell is not a whole number.' };
  if (named === GraphQLFloat) return toNumber(text);
  if (named === GraphQLBoolean) return toBoolean(text);
  if (isEnumType(named)) {
    const names = named.getValues().map(({ name }) => name);
    const found = names.find((name) => name === text.toUpperCase().replaceAll(/[\s-]/g, '_'));
    return found === undefined
      ? { message: `The cell is not one of: ${names.join(', ')}.` }
      : { value: found };
  }
  return { value: cell };
}

/** A decimal point, no other separators: `1,5` can be two numbers. */
export function toNumber(cell: string): Converted {
  return /^[+-]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})$/.test(cell.trim())
    ? { value: Number(cell) }
    : { message: 'The cell is not a number, such as 12.50.' };
}

function toBoolean(text: string): Converted {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return { value: true };
  return FALSE.has(word) ? { value: false } : { message: 'The cell is neither true nor false.' };
}
