import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { HeldMetafields } from '../../loaders/metafield-lookup.ts';
import type { MetafieldFilter } from '../../rest/metafields.ts';
import type { CustomerMetafield } from '../../rest/records/metafields.ts';
import type { MetafieldCreation } from '../../rest/writes/metafields.ts';
import { candidatesFor } from './metafield-candidates.ts';
import { type SafeIds, withIds } from './metafield-ids.ts';
import {
  checkMetafield,
  createMetafields,
  filterForNames,
  metafieldKey,
  updateMetafields,
} from './metafields.ts';
import { storedForm, storedText } from './normalize.ts';
import {
  createResult,
  failed,
  type ItemResult,
  notSentError,
  payloadOf,
  type WriteErrorCode,
  type WritePayload,
  type WriteResult,
} from './results.ts';
import { checkLength, duplicateError, separateDuplicates, shownError } from './run.ts';

/** A metafield to create, or to change if the customer has one of its namespace and key. */
export interface MetafieldUpsert extends Omit<MetafieldCreation, 'permissionSet'> {
  /** Null or undefined leaves it unchanged, and means `APP_ONLY` for a new metafield. */
  readonly permissionSet?: MetafieldCreation['permissionSet'] | null | undefined;
  /** Undefined leaves it unchanged. Null clears it. */
  readonly description?: string | null | undefined;
}

type UpsertContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;
type Result = WriteResult<CustomerMetafield>;

/** An item whose outcome is not decided. */
interface Pending {
  readonly index: number;
  readonly item: MetafieldUpsert;
  /** Ids of the metafields of its name that the store does not let this app change. */
  readonly refused: readonly number[];
  /** Whether the store has shown that it has a metafield of this name, which it may spell differently. */
  readonly isTaken: boolean;
}

/** What to do with an item, given the metafields of its customer. */
type Step =
  | { readonly kind: 'done'; readonly result: ItemResult<CustomerMetafield> }
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly held: CustomerMetafield };

const LIST = 'metafields';

/** The first is for all items, each other for those that somebody else has created, deleted or owns. */
export const MAX_UPSERT_ROUNDS = 3;

/**
 * Creates or changes metafields, by namespace and key. The metafields of the customers are read first. One that has the
 * values that were sent is left as it is.
 */
export async function upsertMetafields(
  ctx: UpsertContext,
  metafields: readonly (MetafieldUpsert & SafeIds)[],
): Promise<WritePayload<CustomerMetafield>> {
  checkLength(metafields, ctx.writes, LIST);
  const results = new Map<number, Result>();
  const settle = (index: number, result: ItemResult<CustomerMetafield>) =>
    results.set(
      index,
      createResult(LIST, index, result, (error) => shownError(error, ctx.writes)),
    );

  const items = metafields.map((metafield, index) => ({ index, item: withIds(metafield) }));
  const valid = items.filter(({ index, item }) => {
    const errors = [...item.idErrors, ...checkMetafield(item)];
    if (errors.length > 0) settle(index, failed(...errors));
    return errors.length === 0;
  });
  const { firsts, repeats } = separateDuplicates(valid, { keysOf: ({ item }) => [metafieldKey(item)] });
  for (const [{ index }, first] of repeats) settle(index, failed(duplicateError(first.index)));

  let left: readonly Pending[] = firsts.map((each) => ({ ...each, refused: [], isTaken: false }));
  for (let round = 0; round < MAX_UPSERT_ROUNDS && left.length > 0; round += 1) {
    if (round > 0 && ctx.writes.isCancelled()) break;
    const held = await ctx.writes.metafieldsOf(selectionsFor(left, round > 0));
    const steps = new Map(left.map((pending) => [pending, stepFor(pending, held)]));
    for (const [{ index }, step] of steps) {
      // A read that fails after a write leaves the result of that.
      if (step.kind === 'done' && (round === 0 || step.result.outcome === 'UNCHANGED'))
        settle(index, step.result);
    }
    const written = await writeAll(ctx, steps);
    for (const [{ index }, result] of written) results.set(index, result);
    left = [...written].flatMap(([pending, result]) => nextOf(pending, steps.get(pending), result) ?? []);
  }
  return payloadOf(items.flatMap(({ index }) => results.get(index) ?? []));
}

/**
 * What to read of each customer.
 *
 * @param isWhole whether to read all metafields, because the store may spell a name differently
 */
function selectionsFor(pending: readonly Pending[], isWhole: boolean): ReadonlyMap<number, MetafieldFilter> {
  const items = pending.map(({ item }) => item);
  const byCustomer = Map.groupBy(items, ({ customerEntityId }) => customerEntityId);
  return new Map([...byCustomer].map(([id, some]) => [id, isWhole ? {} : filterForNames(some)]));
}

function stepFor({ item, refused, isTaken }: Pending, held: HeldMetafields): Step {
  const records = held.get(item.customerEntityId);
  if (records instanceof GatewayError) {
    return {
      kind: 'done',
      result: { outcome: 'NOT_ATTEMPTED', errors: [notSentError(records)], record: null },
    };
  }
  const candidates = candidatesFor(item, records ?? [], isTaken);
  const same = candidates.find((record) => hasValues(record, item));
  if (same !== undefined) return { kind: 'done', result: { outcome: 'UNCHANGED', errors: [], record: same } };
  const target = candidates.find(({ entityId }) => !refused.includes(entityId));
  return target === undefined ? { kind: 'create' } : { kind: 'update', held: target };
}

/** Whether a metafield needs no change. Every blank within a value can matter. */
function hasValues(record: CustomerMetafield, sent: MetafieldUpsert): boolean {
  return (
    storedForm(record.value).trim() === storedForm(sent.value).trim() &&
    (sent.permissionSet ?? record.permissionSet) === record.permissionSet &&
    (sent.description === undefined || storedText(sent.description) === storedText(record.description))
  );
}

/** Makes the creates and the changes, side by side. */
async function writeAll(
  ctx: UpsertContext,
  steps: ReadonlyMap<Pending, Step>,
): Promise<ReadonlyMap<Pending, Result>> {
  const creates = [...steps].flatMap(([pending, { kind }]) => (kind === 'create' ? [pending] : []));
  const updates = [...steps].flatMap(([pending, step]) =>
    step.kind === 'update' ? [{ pending, held: step.held }] : [],
  );
  const [created, updated] = await Promise.all([
    creates.length === 0
      ? []
      : createMetafields(
          ctx,
          creates.map(({ item }) => ({ ...item, permissionSet: item.permissionSet ?? 'APP_ONLY' })),
        ).then(({ results }) => results),
    updates.length === 0
      ? []
      : updateMetafields(
          ctx,
          updates.map(({ pending, held }) => changeOf(pending.item, held)),
        ).then(({ results }) => results),
  ]);
  const pendings = [...creates, ...updates.map(({ pending }) => pending)];
  return new Map(
    [...created, ...updated].flatMap((result, i): [Pending, Result][] => {
      const pending = pendings[i];
      return pending === undefined ? [] : [[pending, atIndex(result, pending.index)]];
    }),
  );
}

/** The name stays as the store spells it. */
function changeOf({ value, permissionSet, description }: MetafieldUpsert, held: CustomerMetafield) {
  const { customerEntityId, entityId } = held;
  return {
    ...{ customerEntityId, entityId, value },
    ...(permissionSet && { permissionSet }),
    ...(description !== undefined && { description }),
  };
}

function atIndex(result: Result, index: number): Result {
  const errors = result.errors.map((error) => ({
    ...error,
    path: [LIST, String(index), ...error.path.slice(2)],
  }));
  return { ...result, index, errors };
}

/** The item again, if the store was not as it was read, or if the metafield belongs to another app. Null if it is done. */
function nextOf(pending: Pending, step: Step | undefined, { outcome, errors }: Result): Pending | null {
  const has = (code: WriteErrorCode) => outcome === 'FAILED' && errors.some((error) => error.code === code);
  if (step?.kind === 'create') return has('TAKEN') ? { ...pending, isTaken: true } : null;
  if (step?.kind !== 'update') return null;
  if (has('NOT_FOUND')) return pending;
  return has('FORBIDDEN') ? { ...pending, refused: [...pending.refused, step.held.entityId] } : null;
}
