import { ownCustomerId, shoppersOnlyError } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors.ts';
import { itemsOrThrow } from '../rest/batching/chunks.ts';
import type { CustomerAddress } from '../rest/records/addresses.ts';
import type { CustomerConsent } from '../rest/records/consent.ts';
import type { Customer } from '../rest/records/customers.ts';
import type { AddressFields } from '../rest/writes/addresses.ts';
import type { ConsentChange } from '../rest/writes/consent.ts';
import type { CustomerUpdate } from '../rest/writes/customers.ts';
import { checkPassword, fail, requireSignIn, whenAvailable } from './shopper-sessions.ts';
import { createAddresses } from './writes/addresses.ts';
import { updateConsent } from './writes/consent.ts';
import { setPassword, updateCustomers } from './writes/customers.ts';
import type { WritePayload, WriteResult } from './writes/results.ts';

type ViewerContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller' | 'client' | 'signIn'>;

/** The result of a write of one record of the shopper. Error paths start in the input. */
export interface OwnWrite<R> extends Pick<WriteResult<R>, 'outcome' | 'errors' | 'record'> {
  /** For the audit log. */
  readonly customerEntityId: number;
}

/** Updates the shopper's own customer. */
export async function updateViewer(
  ctx: ViewerContext,
  change: Omit<CustomerUpdate, 'entityId'>,
): Promise<OwnWrite<Customer>> {
  const entityId = ownId(ctx);
  return ownWrite(entityId, await updateCustomers(ctx, [{ ...change, entityId }]));
}

/** Adds addresses to the shopper's own address book. */
export function createViewerAddresses(
  ctx: ViewerContext,
  addresses: readonly AddressFields[],
): Promise<WritePayload<CustomerAddress>> {
  const customerEntityId = ownId(ctx);
  return createAddresses(
    ctx,
    addresses.map((address) => ({ ...address, customerEntityId })),
  );
}

/** Sets the shopper's own consent. */
export async function updateViewerConsent(
  ctx: ViewerContext,
  change: ConsentChange,
): Promise<OwnWrite<CustomerConsent>> {
  const customerEntityId = ownId(ctx);
  return ownWrite(customerEntityId, await updateConsent(ctx, [{ ...change, customerEntityId }]));
}

/**
 * Sets the shopper's own password, if the current one is right, and ends all other sessions. At most three calls, unless one
 * fails.
 * @throws GatewayError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, FORBIDDEN if the sign-in is off
 */
export async function changeViewerPassword(
  ctx: ViewerContext,
  { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
): Promise<OwnWrite<Customer>> {
  const signIn = requireSignIn(ctx);
  const { session } = ctx.caller;
  const customerEntityId = ownId(ctx);
  if (session === undefined) throw shoppersOnlyError('It');
  if (newPassword === '') throw badInput('input.newPassword', 'is empty.');
  const startedAt = signIn.now();
  // Before anything is changed: the other sessions must end with it.
  if (await whenAvailable(signIn.hasEnded(session))) return fail(signIn, startedAt);
  const [customer] = itemsOrThrow(
    await ctx.rest.customers.byIds([customerEntityId], { filter: {}, include: new Set() }),
  );
  if (customer === undefined) return fail(signIn, startedAt);
  const credentials = { email: customer.email, password: currentPassword, channelId: session.channelId };
  const owner = await checkPassword(ctx, signIn, credentials);
  // An e-mail address can have accounts on several channels.
  if (owner !== customerEntityId) return fail(signIn, startedAt);
  const result = ownWrite(customerEntityId, await setPassword(ctx, customerEntityId, newPassword));
  // Also if it is not known whether the password was set.
  if (result.outcome === 'UPDATED' || result.outcome === 'UNKNOWN')
    await whenAvailable(signIn.endOthers(session));
  return { ...result, errors: result.errors.map(withoutParent) };
}

/** The input has the new password at its top. */
function withoutParent<E extends { readonly path: readonly string[] }>(error: E): E {
  const [parent, ...path] = error.path;
  return parent === 'authentication' ? { ...error, path } : error;
}

function ownWrite<R>(customerEntityId: number, { results }: WritePayload<R>): OwnWrite<R> {
  const [{ outcome, errors, record }] = results as [WriteResult<R>];
  return {
    outcome,
    record,
    customerEntityId,
    errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })),
  };
}

function ownId({ caller }: Pick<Context, 'caller'>): number {
  const own = ownCustomerId(caller);
  if (own === null) throw shoppersOnlyError('It');
  return own;
}
