import { readFileSync } from 'node:fs';
import type { Scope } from '../../src/access/caller.ts';

/** The authorization rule of one field. */
export interface AuthorizationRule {
  /** `Customer.email` */
  readonly field: string;
  readonly scope: Scope | null;
  readonly shopper: 'own' | 'hidden' | 'no' | 'any' | 'only' | 'mine' | null;
  /** Whether callers without credentials have access. */
  readonly isPublic: boolean;
}

/** The rows of table.txt. */
export const AUTHORIZATION_RULES: readonly AuthorizationRule[] = readFileSync(
  new URL('./table.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [field = '', scope = '', shopper = '', others = ''] = line.split(/ +/);
    // The values are not validated: an invalid one fails every comparison.
    return {
      field,
      scope: dashToNull<Scope>(scope),
      shopper: dashToNull<'own' | 'hidden' | 'no' | 'any' | 'only' | 'mine'>(shopper),
      isPublic: others === 'public',
    };
  });

function dashToNull<T extends string>(word: string): T | null {
  return word === '-' ? null : (word as T);
}

const rows = new Map(AUTHORIZATION_RULES.map((row) => [row.field, row]));

/** The row of a field such as `Customer.notes`. */
export function rowOf(field: string): AuthorizationRule {
  const row = rows.get(field);
  if (row === undefined) throw new Error(`the table has no row for ${field}`);
  return row;
}
