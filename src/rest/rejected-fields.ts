import { isObject } from './wire/decode.ts';
import { readErrorEntries } from './writes/error-entries.ts';

/** Characters of a text that are searched for names. */
const MAX_SEARCHED = 1_000;

/**
 * The parameters of a read that an error response complains about, by their keys or in its title: `id:in`. Only parameters
 * that the query contains are named, so nothing else of the response is passed on.
 *
 * @param query the query string of the call, without the `?`
 */
export function rejectedFields(response: unknown, status: number, query: string): readonly string[] {
  const sent = new Set([...new URLSearchParams(query).keys()]);
  const keys = readErrorEntries(response, status).map(({ path }) => path.filter((part) => !INDEX.test(part)));
  const named = [...keys.map((parts) => parts.join('.')), ...namesIn(response)];
  const fields = named.flatMap((name) =>
    sent.has(name) ? [name] : [...sent].filter((parameter) => parameter.split(':')[0] === name),
  );
  return [...new Set(fields)];
}

const INDEX = /^\d+$/;

/** The names in `Query parameter "id:in" value …` and `The filter(s): foo, bar are not valid filter parameter(s).` */
function namesIn(response: unknown): readonly string[] {
  if (!isObject(response)) return [];
  return [response.title, response.message, response.detail]
    .filter((text) => typeof text === 'string')
    .map((text) => text.slice(0, MAX_SEARCHED))
    .flatMap((text) => [
      ...[...text.matchAll(/\bparameter "([\w:]{1,64})"/g)].flatMap(([, name]) => name ?? []),
      ...(/\bfilter\(s\): ([\w:, ]{1,500}) (?:is|are) not\b/.exec(text)?.[1]?.split(/[ ,]+/) ?? []),
    ]);
}
