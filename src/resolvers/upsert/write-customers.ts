import { MAX_EMBEDDED } from '../../rest/limits.ts';
import type { Customer } from '../../rest/records/customers.ts';
import type { CustomerUpdate } from '../../rest/writes/customers.ts';
import { type CustomerCreationInput, createCustomers, updateCustomers } from '../writes/customers.ts';
import type { WriteError, WriteErrorCode, WriteResult } from '../writes/results.ts';
import { requiredError } from './check.ts';
import { type Draft, openParts, type Part, type PartKind, settledAs, UNCHANGED } from './draft.ts';
import { changesTo } from './same-values.ts';
import type { PartContext } from './settle-parts.ts';

/** Creates the customers that the store does not have, with their parts, and updates the others. */
export async function writeCustomers(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const fresh = drafts.filter(({ found, settled }) => found === null && settled === null);
  const held = drafts.filter(({ found, settled }) => found !== null && settled === null);
  for (const draft of fresh) requireNames(ctx, draft);
  await Promise.all([
    createAll(
      ctx,
      fresh.filter(({ settled }) => settled === null),
    ),
    updateAll(ctx, held),
  ]);
}

function requireNames(ctx: PartContext, draft: Draft): void {
  const missing = (['firstName', 'lastName'] as const).filter(
    (field) => typeof draft.item[field] !== 'string',
  );
  if (missing.length === 0) return;
  const errors = missing.map((field) => requiredError(field, 'is required for a new customer'));
  draft.settled = settledAs(ctx, 'FAILED', ...errors);
}

/**
 * Creates customers with their parts. If the store rejects one of them because of a part, or without naming a field, it is
 * created without parts, which are then written on their own.
 */
async function createAll(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  for (const draft of drafts) nestParts(draft);
  const { results } = await createCustomers(ctx, drafts.map(creationOf), { readsExisting: true });
  const again: Draft[] = [];
  for (const [place, draft] of drafts.entries()) {
    const result = resultAt(results, place);
    if (result.outcome === 'FAILED' && draft.parts.some(isNested) && isAboutPart(result)) again.push(draft);
    else settleCreation(draft, result);
  }
  if (again.length === 0) return;
  for (const draft of again) for (const part of draft.parts) part.isNested = false;
  const bare = await createCustomers(ctx, again.map(creationOf), { readsExisting: true });
  for (const [place, draft] of again.entries()) settleCreation(draft, resultAt(bare.results, place));
}

/** The parts that go with a create: the store takes at most ten addresses and ten attribute values. */
function nestParts(draft: Draft): void {
  const nested: readonly Part[] = [
    ...openParts(draft, 'ADDRESS').slice(0, MAX_EMBEDDED),
    ...openParts(draft, 'ATTRIBUTE').slice(0, MAX_EMBEDDED),
    ...openParts(draft, 'FORM_FIELD'),
  ];
  for (const part of nested) part.isNested = true;
}

function creationOf({ item, parts }: Draft): CustomerCreationInput {
  const {
    entityId: _id,
    replaceAddresses: _replace,
    consent: _consent,
    metafields: _metafields,
    ...fields
  } = item;
  const nested = <K extends PartKind>(kind: K) =>
    parts.filter((part): part is Part<K> => part.kind === kind && part.isNested).map(({ input }) => input);
  const listOrNothing = <T>(list: readonly T[]) => (list.length === 0 ? undefined : list);
  return {
    ...fields,
    email: item.email ?? '',
    firstName: item.firstName ?? '',
    lastName: item.lastName ?? '',
    addresses: listOrNothing(nested('ADDRESS')),
    attributes: listOrNothing(
      nested('ATTRIBUTE').map(({ attributeEntityId, value }) => ({ attributeEntityId, value })),
    ),
    formFields: listOrNothing(nested('FORM_FIELD')),
  };
}

function isNested(part: Part): boolean {
  return part.isNested;
}

/** Whether a rejected customer may be accepted without its parts. */
function isAboutPart({ errors: [error] }: WriteResult<Customer>): boolean {
  if (error === undefined || !REJECTIONS.has(error.code)) return false;
  const field = error.path[2];
  return field === undefined || NESTED_LISTS.has(field);
}

const REJECTIONS: ReadonlySet<WriteErrorCode> = new Set([
  'INVALID',
  'REQUIRED',
  'REJECTED',
  'BATCH_REJECTED',
  'LIMIT_EXCEEDED',
  'NOT_FOUND',
  'DUPLICATE',
]);
const NESTED_LISTS: ReadonlySet<string> = new Set(['addresses', 'attributes', 'formFields']);

function settleCreation(draft: Draft, result: WriteResult<Customer>): void {
  settleCustomer(draft, result);
  const { outcome, errors } = result;
  for (const part of draft.parts.filter(isNested)) {
    if (outcome === 'CREATED') part.settled = { outcome, errors: [] };
    else if (outcome === 'UNKNOWN') part.settled = { outcome, errors: errors.map(aboutPart) };
  }
}

/** The error of a customer as that of a part that was sent with it. */
function aboutPart(error: WriteError): WriteError {
  return { ...error, path: [] };
}

async function updateAll(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const changes: (readonly [Draft, CustomerUpdate])[] = [];
  for (const draft of drafts) {
    if (draft.found === null) continue;
    const { customer } = draft.found;
    const changed = changesTo(customer, draft.item);
    if (Object.keys(changed).length === 0) draft.settled = UNCHANGED;
    else changes.push([draft, { entityId: customer.entityId, ...changed }]);
  }
  if (changes.length === 0) return;
  const { results } = await updateCustomers(
    ctx,
    changes.map(([, change]) => change),
  );
  for (const [place, [draft]] of changes.entries()) settleCustomer(draft, resultAt(results, place));
}

function settleCustomer(draft: Draft, { outcome, errors, record }: WriteResult<Customer>): void {
  draft.settled = { outcome, errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })) };
  if (record !== null) draft.customer = record;
}

function resultAt(results: readonly WriteResult<Customer>[], place: number): WriteResult<Customer> {
  const result = results[place];
  if (result === undefined) throw new RangeError('a customer has no result');
  return result;
}
