import { noCost } from '../cost/reads.ts';
import { type RateLimit, rateLimit } from '../resolvers/rate-limit.ts';
import { INHERITED, requireKeyOrUser } from './authorization.ts';
import { builder } from './builder.ts';
import { costs } from './descriptions.ts';

const RateLimitRef = builder.objectRef<RateLimit>('RateLimit').implement({
  description:
    "The store's quota of REST calls, which all apps of the store share, and the calls that wait for it in the gateway.",
  extensions: INHERITED,
  fields: (t) => ({
    limit: t.exposeInt('limit', {
      description:
        'Calls that the store grants per window. Null if it sets no limit, or has not stated one since the gateway started.',
    }),
    remaining: t.exposeInt('remaining', {
      description:
        "Calls left in the window, by the store's last response: other apps may have used some of them since. Null if `limit` is null.",
    }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      description:
        "When the store grants calls anew, by the gateway's clock. If the window is over, that is now. Null if `limit` is null.",
    }),
    waiting: t.exposeInt('waiting', {
      nullable: false,
      description: 'Calls of all callers that wait in the gateway for their turn.',
    }),
  }),
});

builder.queryFields((t) => ({
  rateLimit: t.field({
    type: RateLimitRef,
    authScopes: requireKeyOrUser(),
    description: "The store's quota of REST calls as the gateway knows it. The store is not asked.",
    extensions: costs(noCost('no REST call')),
    resolve: (_root, _args, ctx) => rateLimit(ctx),
  }),
}));
