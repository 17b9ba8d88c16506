import type { Customer } from '../../rest/records/customers.ts';
import { findAttributes } from '../writes/attribute-names.ts';
import type { WriteOutcome } from '../writes/outcome.ts';
import {
  CAUSES,
  summarize,
  type WriteError,
  type WriteResult,
  type WriteSummary,
} from '../writes/results.ts';
import { checkLength } from '../writes/run.ts';
import { checkDrafts } from './check.ts';
import {
  type CustomerUpsert,
  createDraft,
  type Draft,
  isDone,
  type MatchBy,
  type Part,
  type PartKind,
  settledAs,
} from './draft.ts';
import { findCustomers } from './find.ts';
import { pathInItem } from './paths.ts';
import { removeAddresses } from './remove-addresses.ts';
import type { PartContext } from './settle-parts.ts';
import { writeCustomers } from './write-customers.ts';
import { writeParts } from './write-parts.ts';

/** What became of a part of an item. */
export interface PartResult {
  readonly kind: PartKind;
  /** Its place in the list of its kind. Null if it is in none. */
  readonly index: number | null;
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
  readonly recordId: number | null;
}

export interface UpsertResult extends WriteResult<Customer> {
  readonly parts: readonly PartResult[];
}

export interface UpsertPayload {
  readonly results: readonly UpsertResult[];
  readonly summary: WriteSummary;
  readonly partSummary: WriteSummary;
}

export interface UpsertInput {
  readonly customers: readonly CustomerUpsert[];
  readonly matchBy: MatchBy;
}

/**
 * Writes whole customers: first those that are new or differ, then what belongs to them, and last the deletes of addresses
 * that are replaced. All items share the calls of each step. What the store already has is not sent.
 * @throws GatewayError BAD_USER_INPUT if the list is empty or too long
 */
export function upsertCustomers(
  ctx: PartContext,
  { customers, matchBy }: UpsertInput,
): Promise<UpsertPayload> {
  checkLength(customers, ctx.writes, 'customers');
  // From the first call to the last, so that the gateway does not close between two steps.
  return ctx.writes.waitUntil(upsert(ctx, customers, matchBy));
}

async function upsert(
  ctx: PartContext,
  customers: readonly CustomerUpsert[],
  matchBy: MatchBy,
): Promise<UpsertPayload> {
  const find = await findAttributes(
    ctx,
    customers.flatMap(({ attributes }) => attributes ?? []),
  );
  const drafts = customers.map((item, index) => createDraft(item, index, find));
  const open = checkDrafts(ctx, drafts, matchBy);
  await findCustomers(ctx, open, matchBy);
  await writeCustomers(ctx, open);
  if (matchBy === 'EMAIL') await writeTaken(ctx, open);
  await writeParts(ctx, drafts);
  for (const draft of drafts) settleCopies(ctx, draft);
  await removeAddresses(ctx, drafts);
  ctx.loaders.clear();
  const results = drafts.map(resultOf);
  return {
    results,
    summary: summarize(results.map(({ outcome }) => outcome)),
    partSummary: summarize(results.flatMap(({ parts }) => parts.map(({ outcome }) => outcome))),
  };
}

/** Writes the customers that somebody else has created since they were looked up. */
async function writeTaken(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const taken = drafts.filter(
    ({ found, settled }) => found === null && settled?.errors.some(({ code }) => code === 'TAKEN'),
  );
  if (taken.length === 0) return;
  const before = new Map(taken.map((draft) => [draft, draft.settled]));
  for (const draft of taken) draft.settled = null;
  await findCustomers(ctx, taken, 'EMAIL');
  for (const draft of taken) {
    for (const part of draft.parts) part.isNested = false;
    // Another customer has the address, who is not the one of this item.
    if (draft.found === null) draft.settled = before.get(draft) ?? null;
  }
  await writeCustomers(ctx, taken);
}

/** A part that repeats another one of its item is unchanged if that one is written. */
function settleCopies(ctx: PartContext, { parts }: Draft): void {
  for (const part of parts) {
    const { original } = part;
    if (original === null) continue;
    part.recordId = original.recordId;
    part.settled = isDone(original) ? settledAs(ctx, 'UNCHANGED', CAUSES.duplicate) : original.settled;
  }
}

function resultOf({ index, settled, customer, parts }: Draft): UpsertResult {
  if (settled === null) throw new RangeError('an item has no result');
  const path = ['customers', String(index)];
  return {
    index,
    outcome: settled.outcome,
    errors: settled.errors.map((error) => ({ ...error, path: [...path, ...error.path] })),
    record: customer,
    existing: null,
    parts: parts.map((part) => partResultOf(part, path)),
  };
}

function partResultOf(part: Part, itemPath: readonly string[]): PartResult {
  const { kind, index, settled, recordId } = part;
  if (settled === null) throw new RangeError('a part has no result');
  return {
    kind,
    index,
    outcome: settled.outcome,
    errors: settled.errors.map((error) => ({
      ...error,
      path: [...itemPath, ...pathInItem(part, error.path)],
    })),
    recordId,
  };
}
