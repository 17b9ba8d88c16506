import type { Caller, ShopperSession } from '../access/caller.ts';
import type { ShopperSignIn } from '../access/shoppers/index.ts';
import type { AccessToken } from '../access/shoppers/session-tokens.ts';
import type { Context } from '../context.ts';
import { badInput, GatewayError, valueOrThrow } from '../errors.ts';
import { itemsOrThrow } from '../rest/batching/chunks.ts';
import type { Credentials } from '../rest/credentials.ts';
import type { Customer } from '../rest/records/customers.ts';
import type { CustomerSelection } from './customers.ts';
import { parseEntityId } from './inputs/ids.ts';

type SessionContext = Pick<Context, 'caller' | 'client' | 'loaders' | 'rest' | 'signIn'>;

/** A shopper who has signed in. */
export interface SignedInShopper {
  readonly accessToken: AccessToken;
  readonly viewer: Caller;
  /** For the audit log. */
  readonly customerEntityId: number;
}

export interface SignInRequest {
  /** Whether the operation has no other field. */
  readonly isAlone: boolean;
  /** What the operation selects of the customer. */
  readonly selectionFor: (caller: Caller) => CustomerSelection;
}

/** The token by which the caller is known, unless the input names another one. */
export interface TokenInput {
  readonly accessToken?: string | null | undefined;
  readonly channelId?: number | null | undefined;
}

const FIRST_CHANNEL = 1;
const RETRY_AFTER_MS = 1_000;

/**
 * Signs a shopper in. From then on the context is that of the shopper. Every failure has the same shape and waits for the
 * same time, whether the customer exists or not.
 * @throws GatewayError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, FORBIDDEN if the sign-in is off
 */
export async function signInShopper(
  ctx: SessionContext,
  { email, password, channelId: givenChannel }: Credentials,
  { isAlone, selectionFor }: SignInRequest,
): Promise<SignedInShopper> {
  const signIn = requireSignIn(ctx);
  // Fields that follow would run as the shopper, and many sign-ins in one operation are an attack.
  if (!isAlone) throw badInput('input', 'a sign-in must be the only field of its operation.');
  const channelId = channelOf(givenChannel) ?? FIRST_CHANNEL;
  const startedAt = signIn.now();
  const customerEntityId = await checkPassword(ctx, signIn, { email, password, channelId });
  if (customerEntityId === null) return fail(signIn, startedAt);
  const session = signIn.begin({ customerEntityId, channelId, startedAt });
  const viewer = signIn.callerOf(session);
  if (!(await maySignIn(ctx, session, selectionFor(viewer)))) return fail(signIn, startedAt);
  const accessToken = await signIn.sign(session);
  Object.assign(ctx, { caller: viewer });
  return { accessToken, viewer, customerEntityId };
}

/**
 * Issues a new token for a session that has not ended, or the first one for a token of the platform.
 * @throws GatewayError INVALID_CREDENTIALS, OVERLOADED if the store of revocations is away
 */
export async function renewAccessToken(
  ctx: SessionContext,
  input: TokenInput,
): Promise<Omit<SignedInShopper, 'viewer'>> {
  const signIn = requireSignIn(ctx);
  const channelId = channelOf(input.channelId);
  const startedAt = signIn.now();
  const known = await sessionOf(ctx, signIn, input);
  const session = typeof known === 'object' && known ? signIn.renewable(known, channelId) : null;
  if (session === null) return fail(signIn, startedAt);
  if (await whenAvailable(signIn.hasEnded(session))) return fail(signIn, startedAt);
  if (!(await maySignIn(ctx, session))) return fail(signIn, startedAt);
  return { accessToken: await signIn.sign(session), customerEntityId: session.customerEntityId };
}

/** Ends the session of a token. A token that has expired has nothing left to end. @throws GatewayError INVALID_CREDENTIALS */
export async function signOutShopper(
  ctx: SessionContext,
  input: Pick<TokenInput, 'accessToken'>,
): Promise<{ readonly isSignedOut: true; readonly customerEntityId?: number }> {
  const signIn = requireSignIn(ctx);
  const startedAt = signIn.now();
  const session = await sessionOf(ctx, signIn, input);
  if (session === null) return fail(signIn, startedAt);
  if (session === 'expired') return { isSignedOut: true };
  await whenAvailable(signIn.end(session));
  return { isSignedOut: true, customerEntityId: session.customerEntityId };
}

/**
 * Checks a password with the store, unless too many attempts have failed. Returns the id of the customer; null if the
 * password is wrong.
 */
export async function checkPassword(
  { caller, client, rest }: Pick<SessionContext, 'caller' | 'client' | 'rest'>,
  { throttle }: Pick<ShopperSignIn, 'throttle'>,
  credentials: Credentials,
): Promise<number | null> {
  // The address of a backend is that of all its shoppers.
  const isDirect = caller.kind !== 'key' && caller.kind !== 'user';
  const attempt = await throttle.attempt(credentials.email, isDirect ? client : null);
  try {
    const { isValid, customerEntityId } = await rest.credentials.check(credentials);
    if (isValid) attempt.succeed();
    return valueOrThrow(customerEntityId);
  } catch (error) {
    // What the store does not take for credentials is not valid.
    if (error instanceof GatewayError && error.code === 'UPSTREAM_REJECTED') return null;
    attempt.cancel();
    throw error;
  }
}

export function requireSignIn({ signIn }: Pick<SessionContext, 'signIn'>): ShopperSignIn {
  if (signIn === null) throw new GatewayError('FORBIDDEN', 'The sign-in of shoppers is off.');
  return signIn;
}

/** @throws GatewayError OVERLOADED if the store of revocations is away */
export async function whenAvailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const message = 'Sessions cannot be renewed or ended at the moment. Try again later.';
    throw new GatewayError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS }, cause);
  }
}

/** Waits, so that the time tells nothing. @throws GatewayError INVALID_CREDENTIALS */
export async function fail({ untilFloor }: ShopperSignIn, startedAt: number): Promise<never> {
  await untilFloor(startedAt);
  throw new GatewayError('INVALID_CREDENTIALS', 'The credentials are not valid for a sign-in.');
}

/** The session of the token in the input, or of the caller. Null if there is none, or if the token is not genuine. */
async function sessionOf(
  { caller }: Pick<SessionContext, 'caller'>,
  { authenticate }: ShopperSignIn,
  { accessToken }: Pick<TokenInput, 'accessToken'>,
): Promise<ShopperSession | 'expired' | null> {
  if (typeof accessToken !== 'string') return caller.session ?? null;
  const found = await authenticate(accessToken);
  if (found === 'unverifiable') return null;
  return found === 'expired' ? found : (found?.session ?? null);
}

function channelOf(channelId: number | null | undefined): number | null {
  return channelId === null || channelId === undefined ? null : parseEntityId(channelId, 'input.channelId');
}

/**
 * Whether the customer exists and may sign in on the channel. It is read from the store itself, whatever is known of it, and
 * with what the operation selects.
 */
async function maySignIn(
  { rest, loaders }: Pick<SessionContext, 'rest' | 'loaders'>,
  { customerEntityId, channelId }: ShopperSession,
  { include }: Pick<CustomerSelection, 'include'> = { include: new Set() },
): Promise<boolean> {
  const [customer] = itemsOrThrow(await rest.customers.byIds([customerEntityId], { filter: {}, include }));
  if (customer === undefined) return false;
  loaders.customers.prime(customer, include);
  return customer.forcePasswordReset !== true && isAllowedOn(customer, channelId);
}

/** A customer without a list of channels may sign in where the store allows global logins, which it checks at the sign-in. */
function isAllowedOn({ channelIds }: Customer, channelId: number | null): boolean {
  const allowed = valueOrThrow(channelIds);
  return allowed === null || (channelId !== null && allowed.includes(channelId));
}
