import { ApiError } from './responses.ts';

/** Query parameters by decoded name. The values are not decoded. */
export type Query = ReadonlyMap<string, string>;

const int32 = { min: -2_147_483_648, max: 2_147_483_647 };

/** Parses the query string, without the question mark. The first value of a repeated parameter counts. */
export function parseQuery(raw: string): Query {
  const query = new Map<string, string>();
  if (raw === '') return query;
  for (const pair of raw.split('&')) {
    const equals = pair.indexOf('=');
    const name = decodeFormValue(equals < 0 ? pair : pair.slice(0, equals));
    if (!query.has(name)) query.set(name, equals < 0 ? '' : pair.slice(equals + 1));
  }
  return query;
}

/** Decodes a form-encoded value: `+` is a space. Throws a 400 if it is malformed. */
export function decodeFormValue(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw new ApiError(400, 'The query string is not valid percent-encoded UTF-8.');
  }
}

/** Parses a comma-separated list. Decodes before it splits, because `%2C` is a separator for the store too. */
export function parseList(raw: string): string[] {
  return decodeFormValue(raw).split(',');
}

export function parseIntegers(name: string, raw: string): number[] {
  return parseList(raw).map((text) => parseInteger(name, text.trim()));
}

export function parseInteger(name: string, text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < int32.min || value > int32.max) {
    throw new ApiError(
      422,
      `Query parameter "${name}" value may contain only integer values. For input string: "${text}".`,
    );
  }
  return value;
}

/** Parses a comma-separated list of enum values. Throws a 422 if one is unknown. */
export function parseEnumList<T extends string>(name: string, raw: string, choices: readonly T[]): T[] {
  return parseList(raw).map((text) => parseEnum(name, text.trim(), choices));
}

export function parseEnum<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) {
    throw new ApiError(
      422,
      `Query parameter "${name}" value "${text}" is not valid. Allowed: ${choices.join(', ')}.`,
    );
  }
  return choice;
}

/** Throws a 422 if the request has a parameter that the operation does not support. */
export function rejectUnknownParameters(query: Query, known: readonly string[]): void {
  const unknown = [...query.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ApiError(422, `The filter(s): ${unknown.join(', ')} are not valid filter parameter(s).`);
  }
}
