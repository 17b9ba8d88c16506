import { expect, test } from 'vitest';
import type { Authenticator } from '../../../src/access/authenticator.ts';
import { ANONYMOUS } from '../../../src/access/caller.ts';
import { createLoginThrottle } from '../../../src/access/throttle/login-throttle.ts';

/** A throttle whose authenticator accepts credentials that begin with `good`, with a clock that the test advances. */
function setup() {
  let time = 0;
  const authenticator: Authenticator = {
    async authenticate(credential) {
      if (credential === 'expired' || credential === 'unverifiable') return credential;
      return credential.startsWith('good') ? ANONYMOUS : null;
    },
  };
  const { authenticate } = createLoginThrottle({ authenticator, now: () => time });
  return {
    advance(ms: number) {
      time += ms;
    },
    /** Resolves to the name of the caller, or to the delay in milliseconds. */
    async try(credential: string | null, address = '192.0.2.1') {
      const admission = await authenticate(credential, address);
      return admission.caller === null ? admission.delayMs : admission.caller.name;
    },
  };
}

test('valid credentials are never delayed', async () => {
  const { try: attempt } = setup();
  for (let i = 0; i < 200; i += 1) expect(await attempt(`good ${i}`)).toBe('anyone');
});

test('repeated attempts with one invalid credential are throttled from every address', async () => {
  const { try: attempt, advance } = setup();
  for (let i = 0; i < 6; i += 1) expect(await attempt('bad')).toBe(0);
  for (let i = 0; i < 10; i += 1) expect(await attempt('bad', `192.0.2.${i}`)).toBe(1_000);
  advance(1_000);
  expect(await attempt('bad')).toBe(0);
  expect(await attempt('bad')).toBe(2_000);
});

test('an address with many different invalid credentials is throttled', async () => {
  const { try: attempt, advance } = setup();
  for (let i = 0; i < 21; i += 1) expect(await attempt(`bad ${i}`)).toBe(0);
  expect(await attempt('bad 22')).toBe(1_000);
  expect(await attempt('bad 22', '192.0.2.2')).toBe(0);
  advance(60_000);
  expect(await attempt('bad 23')).toBe(0);
});

test('a valid credential is accepted from an address that is throttled', async () => {
  const { try: attempt } = setup();
  for (let i = 0; i < 30; i += 1) await attempt(`bad ${i}`);
  expect(await attempt('bad 31')).toBe(1_000);
  for (let i = 0; i < 5; i += 1) expect(await attempt(`good ${i}`)).toBe('anyone');
});

test.each(['expired', 'unverifiable'])('tokens that are %s do not throttle their address', async (token) => {
  const { try: attempt } = setup();
  for (let i = 0; i < 100; i += 1) expect(await attempt(token)).toBe(0);
  expect(await attempt('bad')).toBe(0);
});

test('requests without credentials are not counted', async () => {
  const { try: attempt } = setup();
  for (let i = 0; i < 100; i += 1) expect(await attempt(null)).toBe(0);
  expect(await attempt('good')).toBe('anyone');
});
