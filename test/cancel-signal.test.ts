import { describe, expect, test } from 'vitest';
import { type Canceller, type CancelSignal, createCanceller, eitherSignal } from '../src/cancel-signal.ts';

function listen(signal: CancelSignal) {
  const calls: string[] = [];
  const listenerOf = (name: string) => () => void calls.push(name);
  const [first, second] = [listenerOf('first'), listenerOf('second')];
  signal.addEventListener('abort', first);
  signal.addEventListener('abort', second);
  signal.removeEventListener('abort', first);
  return calls;
}

const KINDS: readonly (readonly [string, () => Canceller])[] = [
  ['a canceller', createCanceller],
  ['an AbortController', () => new AbortController()],
];

describe.each(KINDS)('%s', (_name, create) => {
  test('calls each listener that was not removed, once', () => {
    const canceller = create();
    const { signal } = canceller;
    const calls = listen(signal);
    expect([signal.aborted, calls]).toEqual([false, []]);
    canceller.abort('over');
    canceller.abort('again');
    expect([signal.aborted, signal.reason, calls]).toEqual([true, 'over', ['second']]);
    expect(() => signal.throwIfAborted()).toThrow('over');
  });

  test('calls no listener that is added after the abort', () => {
    const canceller = create();
    const { signal } = canceller;
    canceller.abort('over');
    expect(listen(signal)).toEqual([]);
  });

  test('has an AbortError as its reason if it is given none', () => {
    const canceller = create();
    const { signal } = canceller;
    signal.throwIfAborted();
    canceller.abort();
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
  });
});

test.each([0, 1] as const)('a signal made of two is aborted with either of them: %i', (index) => {
  const [one, other] = [createCanceller(), createCanceller()];
  const signal = eitherSignal(one.signal, other.signal);
  const calls = listen(signal);
  signal.throwIfAborted();
  expect(signal.aborted).toBe(false);
  [one, other][index]?.abort('over');
  expect([signal.aborted, signal.reason, calls]).toEqual([true, 'over', ['second']]);
  expect(() => signal.throwIfAborted()).toThrow('over');
});
