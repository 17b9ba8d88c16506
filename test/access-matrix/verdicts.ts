import type { Scope } from '../../src/access/caller.ts';
import { nameOf, typeOf } from './routes.ts';
import type { Row } from './table.ts';

/** Who asks, as the table looks at them. */
export interface Asker {
  /** Null for those who are not let in. */
  readonly scopes: readonly Scope[] | null;
  /** Whether what is asked for is their own; null for those who are no shoppers. */
  readonly owns: boolean | null;
}

/**
 * What came of asking for a field: `locked out`, `refused at Customer.notes`, `answered`, or `nothing`, where it is as
 * if there were no such record.
 */
export type Verdict = string;

/** What the table says will come of asking for the last field of a route. */
export function expected(route: readonly Row[], { scopes, owns }: Asker): Verdict {
  if (scopes === null) return 'locked out';
  let isHidden = false;
  for (const { field, scope, shopper } of route) {
    const lacks = scope !== null && !scopes.includes(scope);
    const isOthers = owns === false && (shopper === 'own' || shopper === 'hidden');
    if (lacks || (owns !== null && shopper === 'no')) return `refused at ${field}`;
    if (isHidden && isOthers) return 'nothing';
    if (isOthers && shopper === 'own') return `refused at ${field}`;
    isHidden ||= isOthers;
  }
  return isHidden && route.at(-1)?.shopper === 'hidden' ? 'nothing' : 'answered';
}

/** An answer of the gateway, as far as it is looked at. */
export interface Answer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly scope?: string };
  }[];
}

/** What an answer shows to have come of it. */
export function seen(route: readonly Row[], { status, data, errors = [] }: Answer): Verdict {
  const [error] = errors;
  if (status === 401)
    return error?.extensions.code === 'UNAUTHENTICATED' && data === undefined ? 'locked out' : '401';
  if (error) {
    const depth = error.path?.filter((step) => typeof step === 'string').length ?? 0;
    const at = route[depth - 1];
    const { code, scope } = error.extensions;
    const isRefusal = at !== undefined && code === 'FORBIDDEN' && scope === at.scope;
    return isRefusal ? `refused at ${at.field}` : `${code} at ${at?.field}`;
  }
  const values = route.reduce<readonly unknown[]>(
    (all, { field }) => all.flatMap((one) => below(one, field)),
    [data],
  );
  if (values.length === 0) return 'nowhere';
  const last = route.at(-1);
  const isWrite = last !== undefined && typeOf(last.field) === 'Mutation';
  if (isWrite && values.every(hasOnlyFailed)) return 'nothing';
  const mayBeNull = last?.shopper !== 'hidden' && !isRecordOfResult(last);
  return values.every((value) => value === null) && !mayBeNull ? 'nothing' : 'answered';
}

/** The field's values in an object or in those of a list; none where it was not asked for on such an object. */
function below(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => below(one, field));
  if (typeof value !== 'object' || value === null || !(nameOf(field) in value)) return [];
  return [(value as Readonly<Record<string, unknown>>)[nameOf(field)]];
}

function hasOnlyFailed(payload: unknown): boolean {
  const { results } = payload as { readonly results?: readonly { readonly outcome: string }[] };
  return results?.every(({ outcome }) => outcome === 'FAILED') ?? false;
}

/** Of a write that failed there is no record, and of one that did not there is. */
function isRecordOfResult(row: Row | undefined): boolean {
  return row !== undefined && typeOf(row.field).endsWith('Result') && row.scope !== null;
}
