import { expect, test } from 'vitest';
import { createSentCalls, type SentCall, type SentCalls } from '../../../src/governor/quota/sent-calls.ts';

function setUp() {
  let time = 0;
  const calls = createSentCalls(() => time);
  return {
    calls,
    at(moment: number) {
      time = moment;
    },
    /** A counted call with these times. */
    counted(sentAt: number, completedAt: number, answered = true): SentCall {
      time = sentAt;
      const call = calls.start();
      time = completedAt;
      calls.complete(call, answered);
      calls.count(call);
      return call;
    },
  };
}

test('a response counts its own call and those that were complete before it was sent', () => {
  const { calls, at } = setUp();
  const early = calls.start();
  const parallel = calls.start();
  at(10);
  calls.complete(early, true);
  at(20);
  const last = calls.start();
  at(30);
  calls.complete(parallel, true);
  calls.complete(last, true);
  expect(calls.inFlight()).toBe(0);
  calls.countUntil(last);
  expect(calls.uncounted()).toBe(1);
  expect(calls.countedSince(0)).toBe(2);
});

test('a call that ends twice is in flight once', () => {
  const { calls } = setUp();
  const call = calls.start();
  calls.complete(call, true);
  calls.complete(call, true);
  expect(calls.inFlight()).toBe(0);
});

test('forgotten calls are neither counted nor uncounted', () => {
  const { calls } = setUp();
  const call = calls.start();
  calls.complete(call, false);
  calls.forget(call);
  calls.count(call);
  calls.start();
  calls.forgetUncounted();
  expect([calls.uncounted(), calls.countedSince(0)]).toEqual([0, 0]);
});

test('calls without a response are not part of the answered ones', () => {
  const { calls, counted } = setUp();
  counted(10, 20);
  counted(30, 40, false);
  counted(50, 60);
  expect(calls.answeredSince(10)).toBe(1);
  expect(calls.answeredSince(0)).toBe(2);
});

/** Slow but evidently right. */
function createReference() {
  let all: SentCall[] = [];
  return {
    add: (call: SentCall) => all.push(call),
    expire(time: number) {
      const first = all.toSorted((one, other) => one.sentAt - other.sentAt);
      const kept = first.findIndex(({ completedAt }) => (completedAt ?? 0) > time);
      all = kept < 0 ? [] : first.slice(kept);
    },
    since: (time: number) => all.filter(({ sentAt }) => sentAt >= time).length,
  };
}

test('the number of calls since a time is right for calls that end in any order', () => {
  const { calls, counted } = setUp();
  const reference = createReference();
  let chance = 7;
  const random = (max: number) => {
    chance = (chance * 16_807) % 2_147_483_647;
    return chance % max;
  };
  for (let step = 0; step < 2_000; step += 1) {
    const sentAt = step * 10 + random(200);
    reference.add(counted(sentAt, sentAt + random(100)));
    if (step % 7 === 0) {
      calls.expire(step * 10 - 3_000);
      reference.expire(step * 10 - 3_000);
    }
    const time = step * 10 - random(2_500);
    expect(calls.countedSince(time)).toBe(reference.since(time));
  }
});

test('calls that have left a sliding window are found as time passes', () => {
  const { calls, counted } = setUp();
  for (let sentAt = 0; sentAt < 100; sentAt += 10) counted(sentAt, sentAt + 5);
  const left = (until: number) => calls.countedBetween(20, until);
  expect([left(20), left(35), left(64), left(1_000)]).toEqual([0, 1, 3, 7]);
  expect(calls.countedBetween(-1, 15)).toBe(2);
});

function load(calls: SentCalls, at: (time: number) => void, count: number): void {
  for (let time = 0; time < count; time += 1) {
    at(time);
    const call = calls.start();
    calls.complete(call, true);
    calls.countUntil(call);
    calls.expire(time - 1_000);
  }
}

test('expired calls are dropped', () => {
  const { calls, at } = setUp();
  load(calls, at, 10_000);
  expect(calls.countedSince(0)).toBeLessThanOrEqual(1_001);
});
