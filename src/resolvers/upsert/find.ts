import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { Chunk } from '../../rest/batching/chunks.ts';
import { readTogether } from '../../rest/batching/read-together.ts';
import { MAX_EMBEDDED } from '../../rest/limits.ts';
import type { Customer, CustomerInclude } from '../../rest/records/customers.ts';
import { spellingsOf } from '../writes/customers.ts';
import { normalizeEmail } from '../writes/normalize.ts';
import { CAUSES, type ItemError, notSentError } from '../writes/results.ts';
import { duplicateError } from './check.ts';
import { type Draft, type MatchBy, openParts, settledAs } from './draft.ts';

type FindContext = Pick<Context, 'rest' | 'writes'>;

/** Reads the customers that the items mean, with what is compared of them. Settles each item for which that fails. */
export async function findCustomers(
  ctx: FindContext,
  drafts: readonly Draft[],
  matchBy: MatchBy,
): Promise<void> {
  if (drafts.length === 0) return;
  const include = includesFor(drafts);
  const lookUp = matchBy === 'EMAIL' ? findByEmail : findById;
  const customers = await lookUp(ctx, drafts, include);
  await readLists(ctx, drafts, customers);
}

/** Only what the items have is read. */
function includesFor(drafts: readonly Draft[]): ReadonlySet<CustomerInclude> {
  const has = (isNeeded: (draft: Draft) => boolean) => drafts.some(isNeeded);
  const include = new Set<CustomerInclude>();
  if (has(({ item }) => Boolean(item.addresses))) include.add('addresses');
  if (has(({ item }) => Boolean(item.attributes))) include.add('attributes');
  if (has(({ item }) => Boolean(item.storeCredit))) include.add('storeCredit');
  const hasFields = ({ item }: Draft) =>
    Boolean(item.formFields) || (item.addresses ?? []).some(({ formFields }) => formFields);
  if (has(hasFields)) include.add('formFields');
  return include;
}

type FoundCustomers = ReadonlyMap<Draft, Customer>;
type LookUp = (
  ctx: FindContext,
  drafts: readonly Draft[],
  include: ReadonlySet<CustomerInclude>,
) => Promise<FoundCustomers>;

const findByEmail: LookUp = async (ctx, drafts, include) => {
  const keysOf = ({ item }: Draft) => spellingsOf(item.email ?? '');
  const emails = [...new Set(drafts.flatMap(keysOf))];
  const chunks = await ctx.rest.customers.byEmails(emails, { filter: {}, include });
  const byEmail = Map.groupBy(recordsOf(chunks), ({ email }) => normalizeEmail(email));
  const failureOf = failures(chunks, normalizeEmail);
  const found = new Map<Draft, Customer>();
  const owners = new Map<number, Draft>();
  for (const draft of drafts) {
    const failure = keysOf(draft)
      .map(failureOf)
      .find((each) => each !== undefined);
    const candidates = accountsFor(draft, byEmail.get(normalizeEmail(draft.item.email ?? '')) ?? []);
    const [customer, other] = candidates;
    const owner = customer && owners.get(customer.entityId);
    if (failure !== undefined) draft.settled ??= settledAs(ctx, 'NOT_ATTEMPTED', failure);
    else if (other !== undefined) draft.settled ??= settledAs(ctx, 'FAILED', AMBIGUOUS);
    else if (owner !== undefined) draft.settled ??= settledAs(ctx, 'FAILED', duplicateError(owner.index));
    else if (customer !== undefined) {
      found.set(draft, customer);
      owners.set(customer.entityId, draft);
    }
  }
  return found;
};

/** The accounts that an item can mean: on a store with an e-mail address per channel, those on its channels. */
function accountsFor({ item: { channelIds } }: Draft, accounts: readonly Customer[]): readonly Customer[] {
  if (!channelIds) return accounts;
  return accounts.filter(
    ({ channelIds: held }) =>
      held === null || held instanceof GatewayError || channelIds.some((channel) => held.includes(channel)),
  );
}

const AMBIGUOUS: ItemError = {
  code: 'INVALID',
  message:
    'Several customers have this e-mail address, on different channels. Name a channel in channelIds, or match by ENTITY_ID.',
  field: 'email',
};

const findById: LookUp = async (ctx, drafts, include) => {
  const idOf = ({ item }: Draft) => item.entityId ?? 0;
  const chunks = await ctx.rest.customers.byIds(drafts.map(idOf), { filter: {}, include });
  const byId = new Map(recordsOf(chunks).map((customer) => [customer.entityId, customer]));
  const failureOf = failures(chunks, (id) => id);
  const found = new Map<Draft, Customer>();
  for (const draft of drafts) {
    const failure = failureOf(idOf(draft));
    const customer = byId.get(idOf(draft));
    if (failure !== undefined) draft.settled ??= settledAs(ctx, 'NOT_ATTEMPTED', failure);
    else if (customer === undefined)
      draft.settled ??= settledAs(ctx, 'FAILED', { ...CAUSES['not-found'], field: 'entityId' });
    else found.set(draft, customer);
  }
  return found;
};

function recordsOf<K, T>(chunks: readonly Chunk<K, T>[]): readonly T[] {
  return chunks.flatMap((chunk) => ('items' in chunk ? chunk.items : []));
}

/** Why a key could not be looked up. Undefined if it was. */
function failures<K, T>(
  chunks: readonly Chunk<K, T>[],
  fold: (key: K) => K,
): (key: K) => ItemError | undefined {
  const byKey = new Map<K, unknown>();
  for (const chunk of chunks) {
    const failed =
      'error' in chunk
        ? chunk.keys.map((key) => ({ key, error: chunk.error }))
        : (chunk.unreadable ?? []).flatMap(({ key, error }) =>
            key === null ? chunk.keys.map((each) => ({ key: each, error })) : [{ key, error }],
          );
    for (const { key, error } of failed) byKey.set(fold(key), error);
  }
  return (key) => {
    const error = byKey.get(fold(key));
    if (error === undefined) return undefined;
    if (error instanceof GatewayError) return notSentError(error);
    throw error;
  };
}

/** Reads the addresses and the attribute values of customers who have more than their records embed. */
async function readLists(
  { rest }: FindContext,
  drafts: readonly Draft[],
  customers: FoundCustomers,
): Promise<void> {
  const needing = (kind: 'ADDRESS' | 'ATTRIBUTE') =>
    drafts.filter((draft) => (kind === 'ADDRESS' ? draft.item.addresses : openParts(draft, kind).length > 0));
  const withAddresses = needing('ADDRESS');
  const withAttributes = needing('ATTRIBUTE');
  const isWithFields = withAddresses.some(({ item }) => item.addresses?.some(({ formFields }) => formFields));
  const [addresses, attributes] = await readTogether([
    completeLists(
      withAddresses.flatMap((draft) => customers.get(draft) ?? []),
      ({ embeddedAddresses, addressCount }) => ({ embedded: embeddedAddresses, count: addressCount }),
      (ids) => rest.addresses.ofCustomers(ids, new Set(isWithFields ? ['formFields'] : [])),
    ),
    completeLists(
      withAttributes.flatMap((draft) => customers.get(draft) ?? []),
      ({ embeddedAttributes, attributeCount }) => ({ embedded: embeddedAttributes, count: attributeCount }),
      (ids) => rest.attributes.valuesOfCustomers(ids),
    ),
  ]);
  for (const [draft, customer] of customers) {
    draft.customer = customer;
    draft.found = {
      customer,
      addresses: addresses.get(customer.entityId) ?? [],
      attributes: attributes.get(customer.entityId) ?? [],
    };
  }
}

interface EmbeddedList<T> {
  /** At most ten. */
  readonly embedded: readonly T[] | null | undefined;
  readonly count: number | null | undefined;
}

/** All records of each customer, by the customer's id, or why they could not be read. */
async function completeLists<T extends { readonly customerEntityId: number }>(
  customers: readonly Customer[],
  listOf: (customer: Customer) => EmbeddedList<T>,
  read: (ids: readonly number[]) => Promise<Chunk<number, T>[]>,
): Promise<ReadonlyMap<number, readonly T[] | ItemError>> {
  const lists = new Map<number, readonly T[] | ItemError>();
  const incomplete: number[] = [];
  for (const customer of customers) {
    const { embedded, count } = listOf(customer);
    const isComplete =
      typeof count === 'number'
        ? count <= (embedded?.length ?? 0)
        : (embedded?.length ?? MAX_EMBEDDED) < MAX_EMBEDDED;
    if (embedded && isComplete) lists.set(customer.entityId, embedded);
    else incomplete.push(customer.entityId);
  }
  if (incomplete.length === 0) return lists;
  const chunks = await read(incomplete);
  const failureOf = failures(chunks, (id) => id);
  const byOwner = Map.groupBy(recordsOf(chunks), ({ customerEntityId }) => customerEntityId);
  for (const id of incomplete) lists.set(id, failureOf(id) ?? byOwner.get(id) ?? []);
  return lists;
}
