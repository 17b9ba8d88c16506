import { describe, expect, test } from 'vitest';
import { createCircuitBreaker } from '../../src/governor/circuit-breaker.ts';

function setUp() {
  let time = 0;
  const breaker = createCircuitBreaker({ now: () => time });
  return {
    breaker,
    advance(ms: number) {
      time += ms;
    },
    /** Makes calls one after the other. Returns whether the circuit has opened. */
    call(operation: string, result: 'success' | 'failure' | 'none', count = 1): boolean {
      let hasOpened = false;
      for (let index = 0; index < count; index += 1) {
        const isTrial = breaker.start(operation);
        time += 1;
        hasOpened ||= breaker.end(operation, result, isTrial);
      }
      return hasOpened;
    },
  };
}

describe('one operation that fails', () => {
  test('gets no calls after ten failures in a row, and the others go on', () => {
    const { breaker, call } = setUp();
    call('getCustomers', 'success');
    expect(call('getConsent', 'failure', 9)).toBe(false);
    call('getCustomers', 'success');
    expect(call('getConsent', 'failure')).toBe(true);
    call('getCustomers', 'success');
    expect(breaker.isOpen('getConsent')).toBe(true);
    expect(breaker.isOpen('getCustomers')).toBe(false);
    expect(breaker.canStart('getCustomers')).toBe(true);
    expect(breaker.state()).toBe('closed');
    expect(breaker.openOperations()).toEqual(['getConsent']);
  });

  test('gets one trial after five seconds', () => {
    const { breaker, call, advance } = setUp();
    call('getConsent', 'failure', 10);
    call('getCustomers', 'success');
    advance(4_000);
    // A call that was in flight when the circuit opened.
    expect(breaker.end('getConsent', 'failure', false)).toBe(false);
    advance(1_000);
    expect(breaker.isOpen('getConsent')).toBe(false);
    expect(breaker.canStart('getConsent')).toBe(true);
    expect(breaker.start('getConsent')).toBe(true);
    expect(breaker.canStart('getConsent')).toBe(false);
    expect(breaker.isOpen('getConsent')).toBe(false);
    expect(breaker.end('getConsent', 'success', true)).toBe(false);
    expect(breaker.failures('getConsent')).toBe(0);
    expect(breaker.canStart('getConsent')).toBe(true);
  });

  test('gets the next trial at once if the first one showed nothing', () => {
    const { breaker, call, advance } = setUp();
    call('getConsent', 'failure', 10);
    advance(5_000);
    call('getConsent', 'none');
    expect(breaker.canStart('getConsent')).toBe(true);
    expect(breaker.retryAfterMs('getConsent')).toBe(0);
  });

  test('is not opened by failures between successes', () => {
    const { breaker, call } = setUp();
    for (let count = 0; count < 20; count += 1) {
      call('getConsent', 'failure', 9);
      call('getConsent', 'success');
    }
    expect(breaker.isOpen('getConsent')).toBe(false);
  });
});

describe('a store that answers nothing', () => {
  test('gets one failing call of each other operation', () => {
    const { breaker, call } = setUp();
    call('getCustomers', 'success');
    call('getCustomers', 'failure', 10);
    expect(breaker.isStoreDown()).toBe(true);
    expect(breaker.state()).toBe('open');
    expect(breaker.start('getConsent')).toBe(true);
    expect(breaker.canStart('getConsent')).toBe(false);
    expect(breaker.state()).toBe('half-open');
    expect(breaker.end('getConsent', 'failure', true)).toBe(true);
    expect(breaker.isOpen('getConsent')).toBe(true);
  });

  test('is back for every operation with the first success', () => {
    const { breaker, call } = setUp();
    call('getCustomers', 'failure', 10);
    call('getConsent', 'failure');
    call('getAddresses', 'success');
    expect(breaker.isStoreDown()).toBe(false);
    expect(breaker.canStart('getCustomers')).toBe(true);
    expect(breaker.canStart('getConsent')).toBe(true);
    // Each of them still has to pass a trial.
    breaker.start('getCustomers');
    expect(breaker.canStart('getCustomers')).toBe(false);
  });

  test('is probed before a write that has failed tries it', () => {
    const { breaker, call, advance } = setUp();
    call('createCustomers', 'failure', 10);
    expect(breaker.needsProbe('createCustomers')).toBe(false);
    advance(5_000);
    expect(breaker.needsProbe('createCustomers')).toBe(true);
    call('probe', 'success');
    expect(breaker.needsProbe('createCustomers')).toBe(false);
    expect(breaker.canStart('createCustomers')).toBe(true);
  });
});
