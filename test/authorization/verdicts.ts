import type { Scope } from '../../src/access/caller.ts';
import { nameOf, typeOf } from './field-paths.ts';
import type { AuthorizationRule } from './table.ts';

/** The properties of a caller that the table depends on. */
export interface CallerProperties {
  /** Null if the caller is not authenticated. */
  readonly scopes: readonly Scope[] | null;
  /** Whether the requested records belong to the caller. Null if the caller is not a shopper. */
  readonly owns: boolean | null;
  /** Whether the caller sends no credentials. @default false */
  readonly isPublic?: boolean;
}

/**
 * The result of selecting a field: `unauthenticated`, `refused at Customer.notes`, `answered`, or `nothing` if the
 * record seems not to exist.
 */
export type Verdict = string;

/** The verdict on the last field of a path, according to the table. */
export function expectedVerdict(
  route: readonly AuthorizationRule[],
  { scopes, owns, isPublic = false }: CallerProperties,
): Verdict {
  if (scopes === null) return isPublic && route[0]?.isPublic ? 'answered' : 'unauthenticated';
  let isHidden = false;
  for (const { field, scope, shopper } of route) {
    const isOpen = owns !== null && shopper === 'any';
    const lacks = scope !== null && !scopes.includes(scope) && !isOpen;
    if (owns === null && (shopper === 'only' || shopper === 'mine')) return `refused at ${field}`;
    // Shoppers get there by what is their own only.
    const isOwnAlways = route[0]?.shopper === 'only';
    const isOthers =
      !isOwnAlways && owns === false && (shopper === 'own' || shopper === 'hidden' || shopper === 'mine');
    if (lacks || (owns !== null && shopper === 'no')) return `refused at ${field}`;
    if (isHidden && isOthers) return 'nothing';
    if (isOthers && shopper === 'own') return `refused at ${field}`;
    isHidden ||= isOthers;
  }
  const isHiddenItself = ['hidden', 'mine'].includes(route.at(-1)?.shopper ?? '');
  return isHidden && isHiddenItself ? 'nothing' : 'answered';
}

/** The relevant parts of a response. */
export interface AuthorizationResponse {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly scope?: string };
  }[];
}

/** The verdict on the last field of a path, according to a response. */
export function actualVerdict(
  route: readonly AuthorizationRule[],
  { status, data, errors = [] }: AuthorizationResponse,
  { owns }: Pick<CallerProperties, 'owns'>,
): Verdict {
  const [error] = errors;
  if (status === 401)
    return error?.extensions.code === 'UNAUTHENTICATED' && data === undefined ? 'unauthenticated' : '401';
  if (error) {
    const depth = error.path?.filter((step) => typeof step === 'string').length ?? 0;
    const at = route[depth - 1];
    const { code, scope } = error.extensions;
    // No scope is named to shoppers.
    const isRefusal =
      at !== undefined &&
      code === 'FORBIDDEN' &&
      scope === (owns === null ? (at.scope ?? undefined) : undefined);
    return isRefusal ? `refused at ${at.field}` : `${code} at ${at?.field}`;
  }
  const values = route.reduce<readonly unknown[]>(
    (all, { field }) => all.flatMap((one) => fieldValues(one, field)),
    [data],
  );
  if (values.length === 0) return 'nowhere';
  const last = route.at(-1);
  const isWrite = last !== undefined && typeOf(last.field) === 'Mutation';
  if (isWrite && values.every(allFailed)) return 'nothing';
  const mayBeNull = last?.shopper !== 'hidden' && !isResultRecord(last);
  return values.every((value) => value === null) && !mayBeNull ? 'nothing' : 'answered';
}

/** The values of a field in an object or in all objects of a list. Empty if the field was not selected on them. */
function fieldValues(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => fieldValues(one, field));
  if (typeof value !== 'object' || value === null || !(nameOf(field) in value)) return [];
  return [(value as Readonly<Record<string, unknown>>)[nameOf(field)]];
}

function allFailed(payload: unknown): boolean {
  const { results } = payload as { readonly results?: readonly { readonly outcome: string }[] };
  return results?.every(({ outcome }) => outcome === 'FAILED') ?? false;
}

/**
 * Whether a field is the record of a write result: it is null if and only if the write failed. The record that prevented
 * an item is null if nothing did.
 */
function isResultRecord(row: AuthorizationRule | undefined): boolean {
  if (row === undefined || nameOf(row.field) === 'existing') return false;
  return typeOf(row.field).endsWith('Result') && row.scope !== null;
}
