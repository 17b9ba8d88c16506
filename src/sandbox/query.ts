import { Refusal } from './answers.ts';

/** The parameters of a request by decoded name, their values still as they were sent. */
export type Query = ReadonlyMap<string, string>;

const int32 = { min: -2_147_483_648, max: 2_147_483_647 };

/** Splits what follows the question mark. Of a repeated name the first value counts. */
export function parseQuery(raw: string): Query {
  const query = new Map<string, string>();
  if (raw === '') return query;
  for (const pair of raw.split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (!query.has(name)) query.set(name, equals < 0 ? '' : pair.slice(equals + 1));
  }
  return query;
}

/** A value as a form sends it: `+` is a space. */
export function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'The query string is not valid percent-encoded UTF-8.');
  }
}

/** A comma-joined list. Decoded before it is split, because the store takes `%2C` for a separator too. */
export function parseList(raw: string): string[] {
  return decode(raw).split(',');
}

export function parseIntegers(name: string, raw: string): number[] {
  return parseList(raw).map((text) => parseInteger(name, text.trim()));
}

export function parseInteger(name: string, text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < int32.min || value > int32.max) {
    throw new Refusal(
      422,
      `Query parameter "${name}" value may contain only integer values. For input string: "${text}".`,
    );
  }
  return value;
}

/** A list of words of which each must be known. */
export function parseChoices<T extends string>(name: string, raw: string, choices: readonly T[]): T[] {
  return parseList(raw).map((text) => parseChoice(name, text.trim(), choices));
}

export function parseChoice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) {
    throw new Refusal(
      422,
      `Query parameter "${name}" value "${text}" is not valid. Allowed: ${choices.join(', ')}.`,
    );
  }
  return choice;
}

/** Refuses the request when it names a parameter that the operation does not have. */
export function refuseUnknown(query: Query, known: readonly string[]): void {
  const unknown = [...query.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Refusal(422, `The filter(s): ${unknown.join(', ')} are not valid filter parameter(s).`);
  }
}
