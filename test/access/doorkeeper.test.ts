import { expect, test } from 'vitest';
import { ANYONE } from '../../src/access/caller.ts';
import { createDoorkeeper } from '../../src/access/doorkeeper.ts';

/** A door that opens for whatever begins with `good`, at a time that the test sets. */
function door() {
  let time = 0;
  let asked = 0;
  const authenticator = {
    async identify(credential: string) {
      asked += 1;
      return credential.startsWith('good') ? ANYONE : null;
    },
  };
  const { admit } = createDoorkeeper({ authenticator, now: () => time });
  return {
    asked: () => asked,
    pass(ms: number) {
      time += ms;
    },
    /** Milliseconds to wait, or who came in. */
    async try(credential: string | null, address = '192.0.2.1') {
      const admission = await admit(credential, address);
      return admission.caller?.name ?? ('waitMs' in admission ? admission.waitMs : null);
    },
  };
}

test('lets in at once whoever brings something good, however often', async () => {
  const { try: attempt } = door();
  for (let i = 0; i < 200; i += 1) expect(await attempt(`good ${i}`)).toBe('anyone');
});

test('does not look at one bad credential again and again', async () => {
  const { try: attempt, asked, pass } = door();
  for (let i = 0; i < 6; i += 1) expect(await attempt('bad')).toBe(0);
  for (let i = 0; i < 10; i += 1) expect(await attempt('bad', `192.0.2.${i}`)).toBe(1_000);
  expect(asked()).toBe(6);
  pass(1_000);
  expect(await attempt('bad')).toBe(0);
  expect(await attempt('bad')).toBe(2_000);
});

test('slows down an address that brings one bad credential after the other', async () => {
  const { try: attempt, asked, pass } = door();
  for (let i = 0; i < 21; i += 1) expect(await attempt(`bad ${i}`)).toBe(0);
  expect(await attempt('bad 22')).toBe(1_000);
  expect(await attempt('bad 22', '192.0.2.2')).toBe(0);
  expect(asked()).toBe(22);
  pass(60_000);
  expect(await attempt('bad 23')).toBe(0);
});

test('lets in whom it knows, whatever others at the same address do', async () => {
  const { try: attempt } = door();
  await attempt('good old');
  for (let i = 0; i < 30; i += 1) await attempt(`bad ${i}`);
  expect(await attempt('good old')).toBe('anyone');
  expect(await attempt('good new')).toBe(1_000);
});

test('holds it against nobody that they bring nothing', async () => {
  const { try: attempt } = door();
  for (let i = 0; i < 100; i += 1) expect(await attempt(null)).toBe(0);
  expect(await attempt('good')).toBe('anyone');
});
