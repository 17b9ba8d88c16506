import {
  type Allowance,
  type LocalSignInThrottle,
  SIGN_IN_ALLOWANCES,
  type SignInThrottle,
  tooManyAttempts,
} from '../access/throttle/sign-in-throttle.ts';
import type { Budget } from '../cost/caller-budgets.ts';
import type { UseBucket } from './buckets.ts';

/**
 * Throttles the attempts of all replicas to sign in. A failure that is forgotten after a time is a call that comes back, so the
 * allowances are buckets. While Redis is away, each replica counts alone.
 */
export function shareSignIns(local: LocalSignInThrottle, useBucket: UseBucket): SignInThrottle {
  return {
    async attempt(email, address) {
      // Attempts of this replica count in it too, so it knows of them when Redis is away.
      const own = local.attempt(email, address);
      const account = budgetOf('sign-in account', email.trim().toLowerCase(), SIGN_IN_ALLOWANCES.perAccount);
      const budgets = [
        account,
        ...(address === null ? [] : [budgetOf('sign-in address', address, SIGN_IN_ALLOWANCES.perAddress)]),
        budgetOf('sign-in', 'all', SIGN_IN_ALLOWANCES.inAll),
      ];
      const give = (budget: Budget, calls: number) => useBucket(budget, { give: calls }).catch(() => 0);
      const waits = await Promise.all(budgets.map((budget) => useBucket(budget, { need: 1 }).catch(() => 0)));
      const waitMs = Math.ceil(Math.max(...waits));
      if (waitMs > 0) {
        own.cancel();
        throw tooManyAttempts(waitMs);
      }
      await Promise.all(budgets.map((budget) => give(budget, -1)));
      return {
        cancel() {
          own.cancel();
          for (const budget of budgets) void give(budget, 1);
        },
        succeed() {
          own.succeed();
          // Not the address: a guesser with one account could otherwise go on forever.
          for (const budget of budgets) {
            void give(budget, budget === account ? SIGN_IN_ALLOWANCES.perAccount.failures : 1);
          }
        },
      };
    },
  };
}

function budgetOf(kind: string, key: string, { failures, forgetMs }: Allowance): Budget {
  return { account: `${kind} ${key}`, callsPerMinute: 60_000 / forgetMs, capacity: failures };
}
