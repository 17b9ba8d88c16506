import { isInterfaceType, isObjectType } from 'graphql';
import type { FieldCost } from '../../cost/population.ts';
import { OPERATIONS, TOKEN_PERMISSIONS, type TokenPermission } from '../../rest/operations.ts';
import { schema } from '../../schema/index.ts';
import { type Finding, finding } from './finding.ts';
import type { Answer, StoreAnswers } from './store-answers.ts';

/** Whether the store's token has a permission; null if that cannot be seen. */
export type Permissions = Readonly<Record<TokenPermission, boolean | null>>;

/** The fields of the schema, as `Type.field`, by whether the store's token allows their calls. */
export interface FieldsByUse {
  readonly works: readonly string[];
  readonly fails: readonly string[];
  readonly unknown: readonly string[];
}

export function permissionsOf({ customers, hooks, instruments, settings }: StoreAnswers): Permissions {
  const isStoreWrong = isOtherStore({ customers, hooks });
  const of = (answer: Answer | null) => (isStoreWrong ? null : isAllowed(answer));
  return {
    readCustomers: of(customers),
    readInstruments: of(instruments),
    readSettings: of(settings),
    // Only a write shows it.
    write: of(customers) === false ? false : null,
  };
}

/**
 * Whether the token belongs to another store. The platform answers that like a missing scope. But every account may read its
 * webhooks, so no scope explains that both are forbidden.
 */
export function isOtherStore({ customers, hooks }: Pick<StoreAnswers, 'customers' | 'hooks'>): boolean {
  return customers.status === 403 && hooks?.status === 403;
}

// Only a success shows that a scope is there: other errors may come before the store looks at scopes.
function isAllowed(answer: Answer | null): boolean | null {
  if (answer?.status === 403) return false;
  return answer !== null && answer.error === null ? true : null;
}

export function scopeFindings(permissions: Permissions, answers: StoreAnswers): readonly Finding[] {
  const errors: Readonly<Record<TokenPermission, string>> = {
    readCustomers: reasonOf(answers.customers),
    readInstruments: reasonOf(answers.instruments),
    readSettings: reasonOf(answers.settings),
    write: 'only a write would show it, and nothing is written here',
  };
  return Object.entries(permissions).map(([permission, isThere]) => {
    const { allows, scope } = TOKEN_PERMISSIONS[permission as TokenPermission];
    const check = `scope for ${allows}`;
    if (isThere === true) return finding(check, 'ok', 'the token has it');
    if (isThere === false)
      return finding(
        check,
        'wrong',
        `${allows} is forbidden (403): give the API account the scope ${scope}, and use the token of the changed account`,
      );
    return finding(check, 'unknown', `${errors[permission as TokenPermission]}; it needs ${scope}`);
  });
}

/** Why an answer does not show whether a scope is there. */
function reasonOf(answer: Answer | null): string {
  return answer?.error?.message.replace(/\.$/, '') ?? 'no answer shows it';
}

/** Sorts the fields that make calls by whether the token allows these. */
export function fieldsByUse(permissions: Permissions): FieldsByUse {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => ({
          name: `${type.name}.${field.name}`,
          cost: field.extensions.cost as FieldCost | undefined,
        }))
      : [],
  );
  const byUse = Map.groupBy(
    fields.filter(({ cost }) => cost !== undefined),
    ({ cost }) => {
      const needed = (cost?.operations ?? []).map(
        (operation) => permissions[OPERATIONS[operation].permission],
      );
      if (needed.includes(false)) return 'fails';
      return needed.includes(null) ? 'unknown' : 'works';
    },
  );
  const namesOf = (use: keyof FieldsByUse) => (byUse.get(use) ?? []).map(({ name }) => name).toSorted();
  return { works: namesOf('works'), fails: namesOf('fails'), unknown: namesOf('unknown') };
}
