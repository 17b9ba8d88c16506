/** What happened to one item of a write. */
export type WriteOutcome =
  | 'CREATED'
  | 'DELETED'
  | 'FAILED'
  | 'NOT_ATTEMPTED'
  | 'UNCHANGED'
  | 'UNKNOWN'
  | 'UPDATED';

/** Why an item was not written. */
export type WriteErrorCode =
  | 'BATCH_REJECTED'
  | 'CANCELLED'
  | 'CONFLICT'
  | 'DUPLICATE'
  | 'FORBIDDEN'
  | 'INVALID'
  | 'LIMIT_EXCEEDED'
  | 'NOT_FOUND'
  | 'OUTCOME_UNKNOWN'
  | 'PREREQUISITE_FAILED'
  | 'RATE_LIMITED'
  | 'REJECTED'
  | 'REQUIRED'
  | 'TAKEN'
  | 'TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE';

/** An error of an item, as far as the document selects it. */
export interface ItemError {
  readonly code?: WriteErrorCode;
  readonly message?: string;
  /** Path into the input: the list, the index, the field. */
  readonly path?: readonly string[];
  readonly retryAfterMs?: number | null;
}

/** The result of an item, as far as the document selects it. */
export interface ItemResult {
  readonly index?: number;
  readonly outcome?: WriteOutcome;
  readonly errors?: readonly ItemError[];
}

type Variables = Readonly<Record<string, unknown>>;

/** The one write of a response, whose items can be sent again. */
export interface WriteInResponse {
  /** The name of the field in the response. */
  readonly field: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** In the order of the items. */
  readonly results: readonly ItemResult[];
}

/** Null if the response has another number of fields than one, or does not have the results of a list. */
export function writeIn(data: unknown): WriteInResponse | null {
  const [first, ...others] = Object.entries(data ?? {});
  if (first === undefined || others.length > 0) return null;
  const [field, payload] = first;
  return Array.isArray(payload?.results) ? { field, payload, results: payload.results } : null;
}

/** The list of items in the variables of a write. */
interface ItemList {
  readonly items: readonly unknown[];
  /** The variables with other items. */
  readonly withItems: (items: readonly unknown[]) => Variables;
}

/** The variable that is the whole input of the one field: `createCustomers(input: $input)`. */
const INPUT = /\(\s*input\s*:\s*\$(\w+)\s*\)/g;
/** The variable that is the list of the input: `createCustomers(input: { customers: $customers })`. */
const LIST = /\(\s*input\s*:\s*\{\s*\w+\s*:\s*\$(\w+)\s*\}\s*\)/g;

/** Null unless the document shows which one list of the variables has the items. */
function itemsOf(text: string, variables: Variables): ItemList | null {
  const [input, ...otherInputs] = [...text.matchAll(INPUT)].flatMap(([, name = '']) => name);
  const [list, ...otherLists] = [...text.matchAll(LIST)].flatMap(([, name = '']) => name);
  if (otherInputs.length + otherLists.length > 0) return null;
  if (input === undefined) return list === undefined ? null : itemsIn(variables, list, (next) => next);
  if (list !== undefined) return null;
  const value = variables[input];
  if (typeof value !== 'object' || value === null) return null;
  const [name, ...others] = Object.keys(value).filter((key) => Array.isArray((value as Variables)[key]));
  if (name === undefined || others.length > 0) return null;
  return itemsIn(value as Variables, name, (next) => ({ ...variables, [input]: next }));
}

function itemsIn(holder: Variables, name: string, put: (holder: Variables) => Variables): ItemList | null {
  const items = holder[name];
  return Array.isArray(items) ? { items, withItems: (next) => put({ ...holder, [name]: next }) } : null;
}

/** The items of a write that were not attempted, as the variables of the same mutation. */
export interface Rest {
  readonly variables: Variables;
  /** The positions of the items in the variables before. */
  readonly indexes: readonly number[];
  /** The longest wait that an item names, in milliseconds. Null if none does. */
  readonly retryAfterMs: number | null;
}

/** Reasons with which an item that was not attempted can be written later. */
const PASSING: ReadonlySet<WriteErrorCode> = new Set<WriteErrorCode>([
  'CANCELLED',
  'RATE_LIMITED',
  'TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/**
 * The items whose outcome is NOT_ATTEMPTED, for a reason that can pass. No other item is ever sent again.
 *
 * @param text the document of the mutation
 * @returns null if there are none, or if nothing shows which item a result belongs to
 */
export function restOf(text: string, variables: Variables, results: readonly ItemResult[]): Rest | null {
  const found = itemsOf(text, variables);
  if (found === null || found.items.length !== results.length) return null;
  const waits: number[] = [];
  const indexes = results.flatMap(({ index, outcome, errors = [] }, position) => {
    if (outcome !== 'NOT_ATTEMPTED') return [];
    if (errors.some(({ code }) => code !== undefined && !PASSING.has(code))) return [];
    waits.push(...errors.flatMap(({ retryAfterMs }) => retryAfterMs ?? []));
    return [index ?? position];
  });
  if (indexes.length === 0) return null;
  return {
    variables: found.withItems(indexes.map((index) => found.items[index])),
    indexes,
    retryAfterMs: waits.length > 0 ? Math.max(...waits) : null,
  };
}

/** The results with those of a rest in their places, with the indexes of all items. */
export function withRest(
  results: readonly ItemResult[],
  { indexes }: Pick<Rest, 'indexes'>,
  restResults: readonly ItemResult[],
): readonly ItemResult[] {
  const merged = [...results];
  restResults.forEach((result, position) => {
    const index = indexes[result.index ?? position];
    if (index === undefined) return;
    merged[index] = {
      ...result,
      ...(result.index !== undefined && { index }),
      ...(result.errors && { errors: result.errors.map((error) => withIndex(error, index)) }),
    };
  });
  return merged;
}

function withIndex(error: ItemError, index: number): ItemError {
  const [list, position, ...field] = error.path ?? [];
  if (list === undefined || !/^\d+$/.test(position ?? '')) return error;
  return { ...error, path: [list, String(index), ...field] };
}

/** The results of a rest whose answer was lost: nothing shows what was written. */
export function unknownResults(indexes: readonly number[], reason: string): readonly ItemResult[] {
  return indexes.map((_, index) => ({
    index,
    outcome: 'UNKNOWN',
    errors: [{ code: 'OUTCOME_UNKNOWN', message: reason, path: [], retryAfterMs: null }],
  }));
}

const COUNTED: Readonly<Record<string, WriteOutcome>> = {
  created: 'CREATED',
  deleted: 'DELETED',
  failed: 'FAILED',
  notAttempted: 'NOT_ATTEMPTED',
  unchanged: 'UNCHANGED',
  unknown: 'UNKNOWN',
  updated: 'UPDATED',
};

/** The data of the response, with other results and, if it has one, their summary. */
export function withResults({ field, payload }: WriteInResponse, results: readonly ItemResult[]): object {
  const summary = payload.summary as Readonly<Record<string, unknown>> | undefined;
  const counts = Object.keys(summary ?? {}).flatMap((name) => {
    const outcome = COUNTED[name];
    return outcome === undefined
      ? []
      : [[name, results.filter((result) => result.outcome === outcome).length] as const];
  });
  return {
    [field]: {
      ...payload,
      results,
      ...(summary && { summary: { ...summary, ...Object.fromEntries(counts) } }),
    },
  };
}
