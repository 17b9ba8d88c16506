import type { Context } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { writeBatch } from './batch.ts';
import {
  createPayload,
  failed,
  type ItemError,
  type ItemResult,
  OUTCOME_UNKNOWN,
  type WritePayload,
  type WriteResult,
} from './results.ts';
import type { WriteSpec } from './spec.ts';

/** What a write needs of the request's context. */
export type RunContext = Pick<Context, 'writes' | 'rest' | 'loaders'>;

/**
 * Runs a write of any length up to `maxItems`. Every item gets a result, in the order of the input. Afterwards nothing
 * that the request has read before counts as known.
 * @throws GatewayError BAD_USER_INPUT if the list is empty or too long
 */
export async function runWrites<I extends object, R>(
  ctx: RunContext,
  spec: WriteSpec<I, R>,
  input: readonly I[],
): Promise<WritePayload<R>> {
  const run = ctx.writes;
  checkLength(input, run, spec.list);
  // The same object can occur twice in a list. Copies give each position its own result.
  const items = input.map((item) => ({ ...item }));
  const results = new Map<I, ItemResult<R>>();
  const valid = items.filter((item) => {
    const errors = spec.check(item);
    if (errors.length > 0) results.set(item, unsent(errors));
    return errors.length === 0;
  });
  const { firsts, repeats } = separateDuplicates(valid, spec);
  const batches = spec.batches?.(firsts) ?? splitIntoBatches(firsts, spec.operation.maxItems);
  // An unexpected error in one batch does not prevent the others from being settled.
  const ends = await run.waitUntil(Promise.allSettled(batches.map((batch) => writeBatch(ctx, spec, batch))));
  ctx.loaders.clear();
  for (const end of ends) {
    if (end.status === 'rejected') throw end.reason;
    for (const [item, result] of end.value) results.set(item, result);
  }
  for (const [item, first] of repeats) {
    const firstResult = results.get(first) ?? OUTCOME_UNKNOWN;
    results.set(item, spec.onDuplicate?.(firstResult) ?? failed(duplicateError(items.indexOf(first))));
  }
  return createPayload(
    spec.list,
    items.map((item) => results.get(item) ?? OUTCOME_UNKNOWN),
    (error) => shownError(error, run),
  );
}

/** The result of an item with these errors. If all of them are failures of the store, nothing is wrong with the item. */
function unsent(errors: readonly ItemError[]): ItemResult<never> {
  const isSound = errors.every(({ failure }) => failure !== undefined);
  return isSound ? { ...failed(...errors), outcome: 'NOT_ATTEMPTED' } : failed(...errors);
}

/** The error that the caller may see in place of this one. */
export function shownError(
  error: ItemError,
  { shownFailure }: Pick<Context['writes'], 'shownFailure'>,
): ItemError {
  const { failure } = error;
  if (failure === undefined) return error;
  const shown = shownFailure(failure);
  return shown === failure
    ? error
    : { ...error, message: shown.message, upstreamStatus: shown.details.status };
}

/** Runs a write of one record. Its error paths have no list name and index. */
export async function runWrite<I extends object, R>(
  ctx: RunContext,
  spec: Omit<WriteSpec<I, R>, 'list'>,
  input: I,
): Promise<Pick<WriteResult<R>, 'outcome' | 'errors' | 'record'>> {
  const { results } = await runWrites(ctx, { ...spec, list: 'input' }, [input]);
  const [{ outcome, errors, record }] = results as [WriteResult<R>];
  return { outcome, record, errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })) };
}

/** @throws GatewayError BAD_USER_INPUT if the list is empty or too long */
export function checkLength(
  items: readonly unknown[],
  { maxItems }: Pick<Context['writes'], 'maxItems'>,
  list: string,
): void {
  if (items.length === 0) throw badInput(`input.${list}`, 'is empty.');
  if (items.length > maxItems)
    throw badInput(`input.${list}`, `contains ${items.length} items; at most ${maxItems} are allowed.`);
}

function splitIntoBatches<I>(items: readonly I[], size: number): readonly (readonly I[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Separates items that share a key with an earlier one. A duplicate is mapped to that one. */
export function separateDuplicates<I extends object>(
  items: readonly I[],
  {
    keysOf,
    duplicateKeysOf = (item) => keysOf(item).slice(0, 1),
  }: Pick<WriteSpec<I, never>, 'keysOf' | 'duplicateKeysOf'>,
) {
  const byKey = new Map<string, I>();
  const firsts: I[] = [];
  const repeats = new Map<I, I>();
  for (const item of items) {
    const keys = duplicateKeysOf(item);
    const first = keys.map((key) => byKey.get(key)).find((other) => other !== undefined);
    if (first === undefined) {
      firsts.push(item);
      for (const key of keys) byKey.set(key, item);
    } else repeats.set(item, first);
  }
  return { firsts, repeats };
}

/** @param index that of the first item of the same record */
export function duplicateError(index: number): ItemError {
  return {
    code: 'INVALID',
    message: `The item at index ${index} refers to the same record; only that item was sent.`,
    field: null,
  };
}
