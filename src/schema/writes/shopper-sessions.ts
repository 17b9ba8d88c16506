import type { AccessToken } from '../../access/shoppers/session-tokens.ts';
import { noCost } from '../../cost/reads.ts';
import { RENEWAL, SIGN_IN } from '../../cost/sign-in.ts';
import {
  renewAccessToken,
  type SignedInShopper,
  signInShopper,
  signOutShopper,
} from '../../resolvers/shopper-sessions.ts';
import {
  CREDENTIAL,
  INHERITED,
  requireScopeOrNoCredential,
  requireScopeOrToken,
  SIGNS_IN,
} from '../authorization.ts';
import { builder } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { isOnlyRootField, selectionOf } from '../selection.ts';
import { ViewerRef } from '../viewer.ts';

const ShopperAccessTokenRef = builder.objectRef<AccessToken>('ShopperAccessToken').implement({
  extensions: INHERITED,
  description:
    'A token with which a shopper authenticates: `Authorization: Bearer <value>`. It is valid for 15 minutes, on one store, and can be renewed until 24 hours after the sign-in.',
  fields: (t) => ({
    value: t.exposeString('value', { nullable: false, description: 'The token. It must stay secret.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: false,
      description: 'Time from which the token is no longer accepted. It must be renewed before.',
    }),
  }),
});

const SignInShopperInput = builder.inputType('SignInShopperInput', {
  description: 'Credentials of a shopper. They are sent to the store and not kept.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'E-mail address.' }),
    password: t.string({ required: true, description: 'Password.' }),
    channelId: t.int({ description: 'Id of the channel on which to sign in. Channel 1 if absent.' }),
  }),
});

const RenewShopperAccessTokenInput = builder.inputType('RenewShopperAccessTokenInput', {
  description: 'The token to renew.',
  fields: (t) => ({
    accessToken: t.string({
      description:
        "A token of `signInShopper`, or the platform's current-customer JWT, which is exchanged. By default the token with which the caller authenticates.",
    }),
    channelId: t.int({
      description:
        'Id of the channel. A token of another channel is rejected. For a current-customer JWT, which names none, it is the channel of the new token: channel 1 if absent.',
    }),
  }),
});

const SignOutShopperInput = builder.inputType('SignOutShopperInput', {
  description: 'The token whose session to end.',
  fields: (t) => ({
    accessToken: t.string({
      description: 'Any token of the session. By default the token with which the caller authenticates.',
    }),
  }),
});

const SignInShopperPayload = builder.objectRef<SignedInShopper>('SignInShopperPayload').implement({
  extensions: INHERITED,
  description: 'Result of a sign-in.',
  fields: (t) => ({
    accessToken: t.expose('accessToken', {
      type: ShopperAccessTokenRef,
      nullable: false,
      extensions: CREDENTIAL,
      description: 'The token of the new session.',
    }),
    viewer: t.expose('viewer', {
      type: ViewerRef,
      nullable: false,
      description: 'The shopper who has signed in. Its fields are those that the shopper may see.',
    }),
  }),
});

const RenewShopperAccessTokenPayload = builder
  .objectRef<Pick<SignedInShopper, 'accessToken'>>('RenewShopperAccessTokenPayload')
  .implement({
    extensions: INHERITED,
    description: 'Result of a renewal.',
    fields: (t) => ({
      accessToken: t.expose('accessToken', {
        type: ShopperAccessTokenRef,
        nullable: false,
        extensions: CREDENTIAL,
        description: 'The new token. The old one stays valid until it expires.',
      }),
    }),
  });

const SignOutShopperPayload = builder
  .objectRef<{ readonly isSignedOut: boolean }>('SignOutShopperPayload')
  .implement({
    extensions: INHERITED,
    description: 'Result of a sign-out.',
    fields: (t) => ({
      isSignedOut: t.exposeBoolean('isSignedOut', {
        nullable: false,
        description: 'Always true: no token of the session is accepted any more.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  signInShopper: t.field({
    type: SignInShopperPayload,
    authScopes: requireScopeOrNoCredential('credentials:validate'),
    description:
      'Signs a shopper in. It must be the only field of its operation. A wrong password, an unknown e-mail address, a customer who must reset the password and one who cannot sign in on the channel are all INVALID_CREDENTIALS, after the same time. Too many failures of one account, of one address or in all are TOO_MANY_ATTEMPTS.',
    extensions: { ...costs(SIGN_IN), ...SIGNS_IN },
    args: {
      input: t.arg({ type: SignInShopperInput, required: true, description: 'The credentials.' }),
    },
    resolve: (_root, { input }, ctx, info) =>
      signInShopper(ctx, input, {
        isAlone: isOnlyRootField(info, ctx),
        selectionFor: (caller) => customerSelectionOf(selectionOf(info, { caller })),
      }),
  }),
  renewShopperAccessToken: t.field({
    type: RenewShopperAccessTokenPayload,
    authScopes: requireScopeOrToken('credentials:validate'),
    description:
      'Issues a new token for a valid one, until 24 hours after the sign-in. The customer is read: it must exist, be allowed on the channel and not have to reset the password. Any failure is INVALID_CREDENTIALS: the shopper must sign in again.',
    extensions: { ...costs(RENEWAL), ...CREDENTIAL },
    args: {
      input: t.arg({ type: RenewShopperAccessTokenInput, required: true, description: 'The token.' }),
    },
    resolve: (_root, { input }, ctx) => renewAccessToken(ctx, input),
  }),
  signOutShopper: t.field({
    type: SignOutShopperPayload,
    authScopes: requireScopeOrToken('credentials:validate'),
    description:
      'Ends a session: none of its tokens is accepted any more. A token that has expired or was ended is no error.',
    extensions: costs(noCost('no REST call')),
    args: { input: t.arg({ type: SignOutShopperInput, required: true, description: 'The token.' }) },
    resolve: (_root, { input }, ctx) => signOutShopper(ctx, input),
  }),
}));
