import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Permit } from '../../src/governor/governor.ts';
import type { WriteAttempt } from '../../src/rest/client/http.ts';
import { createTestGovernor, rateHeaders, requestFor } from '../support/test-governor.ts';

const rateLimited: WriteAttempt = {
  outcome: 'rejected',
  status: 429,
  body: null,
  error: new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 10_000 }),
};

function answering(attempts: WriteAttempt[]) {
  return async (permit: Permit) => {
    const attempt = attempts.shift() ?? { outcome: 'ok' as const, body: null };
    if (attempt.outcome === 'rejected')
      permit.release({ status: 429, headers: rateHeaders(0, 10_000), failure: null });
    else permit.release({ status: 200, headers: rateHeaders(149, 30_000), failure: null });
    return attempt;
  };
}

test('a write rejected because the quota is used up is sent again in the next window', async () => {
  const { clock, governor } = createTestGovernor();
  const attempts = [rateLimited];
  const write = governor.write(
    requestFor('updateCustomers'),
    { retry: 'if-rate-limited' },
    answering(attempts),
  );
  await clock.advanceTo(9_000);
  expect(governor.state().queued.standard).toBe(1);
  await clock.advanceTo(12_000);
  await expect(write).resolves.toMatchObject({ outcome: 'ok' });
});

test('a write that would miss its deadline in the next window ends as rejected, not as unknown', async () => {
  const { governor } = createTestGovernor();
  const write = governor.write(
    requestFor('updateCustomers', 'standard', 5_000),
    { retry: 'if-rate-limited' },
    answering([rateLimited]),
  );
  await expect(write).resolves.toBe(rateLimited);
});

test('a write with the retry policy never is not sent again after a 429', async () => {
  const { governor } = createTestGovernor();
  const write = governor.write(requestFor('check'), { retry: 'never' }, answering([rateLimited]));
  await expect(write).resolves.toBe(rateLimited);
});

test('a write whose response was lost is not sent again', async () => {
  const { clock, governor, events } = createTestGovernor();
  const lost: WriteAttempt = { outcome: 'unknown', error: new GatewayError('UPSTREAM_TIMEOUT', 'lost') };
  const write = governor.write(
    requestFor('updateCustomers'),
    { retry: 'if-rate-limited' },
    answering([lost]),
  );
  await clock.advanceTo(60_000);
  await expect(write).resolves.toBe(lost);
  expect(events).toEqual([]);
});

test('a store that keeps responding 429 with a reset time of 0 is called less and less often', async () => {
  const { clock, governor, events } = createTestGovernor();
  let attempts = 0;
  governor
    .write(requestFor('updateCustomers'), { retry: 'if-rate-limited' }, async (permit) => {
      attempts += 1;
      permit.release({ status: 429, headers: rateHeaders(0, 0), failure: null });
      const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 0 });
      return { outcome: 'rejected', status: 429, body: null, error };
    })
    .catch(() => {});
  await clock.advanceTo(200);
  expect(attempts).toBe(1);
  await clock.advanceTo(60_000);
  expect(attempts).toBe(3);
  expect(events.filter((event) => event.startsWith('retry'))).toHaveLength(2);
});
