import { expect, test } from 'vitest';
import {
  BACKEND,
  emailOf,
  PASSWORD,
  RENEW,
  SIGN_IN,
  type SignInGateway,
  startSignInGateway,
} from '../support/sign-in-gateway.ts';

const UNLIMITED = { limits: { credentialChecks: 0 } };

/** The number of answers by error code. */
async function countCodes(answers: readonly ReturnType<SignInGateway['send']>[]) {
  const codes = (await Promise.all(answers)).map(({ errors }) => errors[0]?.extensions.code ?? 'signed in');
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
}

const checksOf = (gateway: SignInGateway) =>
  gateway.calls().filter((call) => call === 'POST /customers/validate-credentials').length;

test.each([
  ['a known', true],
  ['an unknown', false],
])(
  'the passwords of %s account cannot be guessed, from however many addresses at once',
  async (_name, isKnown) => {
    const gateway = await startSignInGateway({ sandbox: UNLIMITED });
    const email = isKnown ? await emailOf(gateway, 7) : 'nobody@example.org';
    const guess = (password: string, i: number) =>
      gateway.send(
        SIGN_IN,
        { input: { email: i % 2 === 0 ? email : ` ${email.toUpperCase()}`, password } },
        { token: BACKEND.key, address: `198.51.${i >> 8}.${i & 255}` },
      );
    const guesses = Array.from({ length: 300 }, (_, i) => guess(`guess ${i}`, i));
    expect(await countCodes(guesses)).toEqual({ INVALID_CREDENTIALS: 5, TOO_MANY_ATTEMPTS: 295 });
    expect(checksOf(gateway)).toBe(5);
    // An hour of it allows 60 more.
    let checks = 0;
    for (let second = 0; second < 3_600; second += 20) {
      gateway.clock.time += 20_000;
      await countCodes([guess('another', 1), guess('and another', 2)]);
      checks += checksOf(gateway);
    }
    expect(checks).toBe(60);
  },
);

test('the right password works after a minute of the guesses of others', async () => {
  const gateway = await startSignInGateway({ sandbox: UNLIMITED });
  const email = await emailOf(gateway, 7);
  const send = (password: string) =>
    gateway.send(SIGN_IN, { input: { email, password } }, { token: BACKEND.key });
  for (let i = 0; i < 6; i += 1) await send('wrong');
  expect(await countCodes([send(PASSWORD)])).toEqual({ TOO_MANY_ATTEMPTS: 1 });
  gateway.clock.time += 60_000;
  expect(await countCodes([send(PASSWORD)])).toEqual({ 'signed in': 1 });
});

test('one address tries 20 accounts, also if it owns one of them', async () => {
  const gateway = await startSignInGateway({ sandbox: UNLIMITED, gateway: { withoutCredential: null } });
  const { send } = await startSignInGateway({
    shared: gateway.sandbox,
    // Callers without credentials would have used their share of the quota before.
    gateway: { clock: createJumpingClock() },
  });
  const own = await emailOf(gateway, 7);
  const codes: string[] = [];
  for (let i = 0; i < 60; i += 1) {
    const [email, password] = i % 3 === 0 ? [own, PASSWORD] : [`${i}@example.org`, 'password1'];
    const { errors } = await send(SIGN_IN, { input: { email, password } });
    codes.push(errors[0]?.extensions.code ?? 'signed in');
  }
  expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(20);
  expect(codes.slice(-20)).toEqual(Array.from({ length: 20 }, () => 'TOO_MANY_ATTEMPTS'));
});

test('a list of accounts cannot be tried from many addresses, beyond 200 and 30 more a minute', async () => {
  const gateway = await startSignInGateway({ sandbox: UNLIMITED });
  const guess = (i: number) =>
    gateway.send(
      SIGN_IN,
      { input: { email: `customer${i}@example.org`, password: 'password1' } },
      { token: BACKEND.key, address: `198.51.${i >> 8}.${i & 255}` },
    );
  const first = Array.from({ length: 400 }, (_, i) => guess(i));
  expect(await countCodes(first)).toEqual({ INVALID_CREDENTIALS: 200, TOO_MANY_ATTEMPTS: 200 });
  expect(checksOf(gateway)).toBe(200);
  gateway.clock.time += 60_000;
  const second = Array.from({ length: 100 }, (_, i) => guess(1_000 + i));
  expect(await countCodes(second)).toEqual({ INVALID_CREDENTIALS: 30, TOO_MANY_ATTEMPTS: 70 });
});

test('a flood without credentials costs the store a tenth of its quota, and a backend is served', async () => {
  const gateway = await startSignInGateway({ sandbox: { quota: 150, ...UNLIMITED } });
  const email = await emailOf(gateway, 7);
  const flood = Array.from({ length: 400 }, (_, i) =>
    i % 2 === 0
      ? gateway.send(
          SIGN_IN,
          { input: { email: `${i}@example.org`, password: 'x' } },
          { address: `198.51.100.${i % 200}` },
        )
      : gateway.send(RENEW, { input: { accessToken: 'x.y.z' } }),
  );
  const served = await gateway.send(
    SIGN_IN,
    { input: { email, password: PASSWORD } },
    { token: BACKEND.key },
  );
  expect(served.errors).toEqual([]);
  const codes = await countCodes(flood);
  expect(Object.keys(codes).toSorted()).toEqual(['INVALID_CREDENTIALS', 'OVERLOADED']);
  const times = gateway.sandbox.requests.list().map(({ startedAt }) => startedAt);
  const mostPerWindow = Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at < start + 30_000).length),
  );
  // Two of them are those of the backend.
  expect(mostPerWindow).toBeGreaterThan(2);
  expect(mostPerWindow).toBeLessThanOrEqual(15 + 2);
});

test('tokens that were made up cost the store nothing', async () => {
  const gateway = await startSignInGateway();
  const renewals = Array.from({ length: 100 }, (_, i) =>
    gateway.send(RENEW, { input: { accessToken: `eyJ.${i}.x` } }, { token: BACKEND.key }),
  );
  expect(await countCodes(renewals)).toEqual({ INVALID_CREDENTIALS: 100 });
  expect(gateway.calls()).toEqual([]);
});

/** A clock of the governor on which a minute passes between any two looks at it. */
function createJumpingClock() {
  let time = 0;
  return {
    now: () => {
      time += 60_000;
      return time;
    },
    sleep: async () => {},
  };
}
