import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { PUBLIC } from '../../src/access/caller.ts';
import { schema } from '../../src/schema/index.ts';
import { estimate } from '../../src/server/cost/estimate.ts';
import { shopper } from '../support/callers.ts';
import { emailOf, signIn, startSignInGateway } from '../support/sign-in-gateway.ts';

const PLACE =
  'firstName: "Ana", lastName: "Silva", address1: "1 High Street", city: "Leeds", countryCode: "GB"';

type Row = readonly [operation: string, calls: number, sender?: 'public' | 'shopper', estimate?: number];

/** Each operation of shoppers, the calls that it makes, who sends it, and the estimate if it is higher. */
const OPERATIONS: readonly Row[] = [
  ['signInShopper(input: { email: "EMAIL", password: "sandbox1" }) { accessToken { value } }', 2, 'public'],
  [
    'signInShopper(input: { email: "EMAIL", password: "sandbox1" }) { viewer { customer { firstName storeCredit { amount } formFields { name } } } }',
    2,
    'public',
  ],
  ['renewShopperAccessToken(input: { accessToken: "TOKEN" }) { accessToken { value } }', 1, 'public'],
  ['renewShopperAccessToken(input: {}) { accessToken { value } }', 1],
  ['updateViewer(input: { company: "X" }) { outcome customer { company } }', 1],
  ['updateViewer(input: { company: "Y" }) { customer { company formFields { name } } }', 2],
  [`createViewerAddresses(input: { addresses: [{ ${PLACE} }] }) { results { outcome } }`, 2, 'shopper', 3],
  ['updateViewerConsent(input: { allow: [ESSENTIAL], deny: [] }) { outcome consent { allow } }', 1],
  ['updateViewerConsent(input: { deny: [TARGETING] }) { outcome }', 2],
  [
    'changeViewerPassword(input: { currentPassword: "sandbox1", newPassword: "sandbox1 again" }) { outcome }',
    3,
  ],
  ['signOutShopper(input: {}) { isSignedOut }', 0],
];

test('each operation of shoppers costs what is estimated', async () => {
  const gateway = await startSignInGateway();
  const email = await emailOf(gateway, 7);
  const token = await signIn(gateway, 7);
  gateway.calls();
  let areIdsKnown = false;
  for (const [text, calls, sender = 'shopper', expected = calls] of OPERATIONS) {
    const query = `mutation { ${text.replace('EMAIL', email).replace('TOKEN', token)} }`;
    const facts = {
      ...{ definitionCount: null, knowsDefinitions: false, knowsFormFields: false },
      ...{ urlPrefixLength: 50, maxReads: 500 },
      addressIds: areIdsKnown ? ('known' as const) : ('unread' as const),
    };
    const caller = sender === 'public' ? PUBLIC : shopper(7);
    const estimated = estimate({ schema, document: parse(query), variableValues: {}, facts, caller });
    const { errors } = await gateway.send(query, {}, { token: sender === 'public' ? null : token });
    expect([text, errors]).toEqual([text, []]);
    expect([text, gateway.calls().length, estimated.calls]).toEqual([text, calls, expected]);
    areIdsKnown ||= text.startsWith('createViewerAddresses');
  }
});
