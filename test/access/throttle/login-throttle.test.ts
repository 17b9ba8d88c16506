import { expect, test } from 'vitest';
import type { Authenticator } from '../../../src/access/authenticator.ts';
import { ANONYMOUS } from '../../../src/access/caller.ts';
import { createLoginThrottle } from '../../../src/access/throttle/login-throttle.ts';

/** A throttle whose authenticator accepts credentials that begin with `good`, with a clock that the test advances. */
function setup() {
  let time = 0;
  let identifications = 0;
  const authenticator: Authenticator = {
    async authenticate(credential) {
      identifications += 1;
      return credential.startsWith('good') ? ANONYMOUS : null;
    },
  };
  const { authenticate } = createLoginThrottle({ authenticator, now: () => time });
  return {
    identifications: () => identifications,
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
  const { try: attempt, identifications, advance } = setup();
  for (let i = 0; i < 6; i += 1) expect(await attempt('bad')).toBe(0);
  for (let i = 0; i < 10; i += 1) expect(await attempt('bad', `192.0.2.${i}`)).toBe(1_000);
  expect(identifications()).toBe(6);
  advance(1_000);
  expect(await attempt('bad')).toBe(0);
  expect(await attempt('bad')).toBe(2_000);
});

test('an address with many different invalid credentials is throttled', async () => {
  const { try: attempt, identifications, advance } = setup();
  for (let i = 0; i < 21; i += 1) expect(await attempt(`bad ${i}`)).toBe(0);
  expect(await attempt('bad 22')).toBe(1_000);
  expect(await attempt('bad 22', '192.0.2.2')).toBe(0);
  expect(identifications()).toBe(22);
  advance(60_000);
  expect(await attempt('bad 23')).toBe(0);
});

test('a credential that was valid before is exempt from the throttling of its address', async () => {
  const { try: attempt } = setup();
  await attempt('good old');
  for (let i = 0; i < 30; i += 1) await attempt(`bad ${i}`);
  expect(await attempt('good old')).toBe('anyone');
  expect(await attempt('good new')).toBe(1_000);
});

test('requests without credentials are not counted', async () => {
  const { try: attempt } = setup();
  for (let i = 0; i < 100; i += 1) expect(await attempt(null)).toBe(0);
  expect(await attempt('good')).toBe('anyone');
});
