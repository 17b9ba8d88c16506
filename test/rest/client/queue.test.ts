import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { CallRequest, Permit, WriteRetry } from '../../../src/governor/governor.ts';
import { createSettlingAllowance } from '../../../src/governor/settling-priority.ts';
import type { RestCall } from '../../../src/rest/client/call.ts';
import { queueReads, queueWrites, type WriteCall } from '../../../src/rest/client/queue.ts';
import { testCall, testRequester } from '../../support/rest-calls.ts';

const PERMIT: Permit = { timeLeftMs: () => 700, waitedMs: 30, retryAfterMs: () => null, release() {} };

/** A governor that admits every call, and the calls that it let through. */
function admitting() {
  const requests: CallRequest[] = [];
  const retries: WriteRetry[] = [];
  const sent: RestCall[] = [];
  const governor = {
    read<T>(request: CallRequest, send: (permit: Permit) => Promise<T>) {
      requests.push(request);
      return send(PERMIT);
    },
    write<T>(request: CallRequest, retry: WriteRetry, send: (permit: Permit) => Promise<T>) {
      requests.push(request);
      retries.push(retry);
      return send(PERMIT);
    },
  };
  return { governor, requests, retries, sent };
}

describe('a read', () => {
  async function read(call: RestCall) {
    const { governor, requests, sent } = admitting();
    await queueReads(governor, async (each) => sent.push(each))(call);
    return { request: requests[0], sent: sent[0] };
  }

  test('is sent with the time that it has left', async () => {
    const { sent } = await read(testCall());
    const { timeLeftMs, retryAfterMs, release } = PERMIT;
    expect(sent).toMatchObject({ timeLeftMs, retryAfterMs, waitedMs: 30, onEnd: release });
  });

  test('keeps its own time limit', async () => {
    const { sent } = await read(testCall({ timeoutMs: 500 }));
    expect([sent?.timeoutMs, sent?.timeLeftMs?.()]).toEqual([500, 700]);
  });

  test('is completed when it leaves the queue', async () => {
    const { sent } = await read(testCall({ include: ['a'], atStart: () => ({ include: ['a', 'b'] }) }));
    expect(sent?.include).toEqual(['a', 'b']);
  });

  test('of a request settles no write', async () => {
    const { request } = await read(testCall());
    expect(request?.settlesWrite).toBeUndefined();
  });

  test('settles a write as long as its requester says so', async () => {
    const requester = testRequester({ settlesWrite: createSettlingAllowance() });
    const settles: (boolean | undefined)[] = [];
    for (let i = 0; i < 10; i += 1) settles.push((await read(testCall({ requester }))).request?.settlesWrite);
    expect(settles.filter((each) => each === true)).toHaveLength(8);
    expect(settles.slice(8)).toEqual([undefined, undefined]);
  });

  test('of the tenth page runs in the bulk lane', async () => {
    const laneOf = async (page: string) =>
      (await read(testCall({ parameters: [['page', page]] }))).request?.origin.lane;
    expect([await laneOf('9'), await laneOf('10')]).toEqual(['standard', 'bulk']);
  });
});

describe('a write', () => {
  const callOf = (retry: WriteCall['retry'], signal?: AbortSignal): WriteCall => ({
    ...testCall(),
    retry,
    signal,
  });

  test.each([
    ['never', 'never'],
    ['idempotent', 'if-rate-limited'],
    ['if-absent', 'if-rate-limited'],
    ['last-write-wins', 'if-rate-limited'],
  ] as const)('with the rule %s is repeated by the governor: %s', async (rule, retry) => {
    const { governor, retries } = admitting();
    await queueWrites(governor, async () => ({ outcome: 'ok', body: null }))(callOf(rule));
    expect(retries).toEqual([{ retry }]);
  });

  test('that is not admitted ends as not sent', async () => {
    const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'full');
    const governor = { write: () => Promise.reject(error) };
    const write = queueWrites(governor, async () => ({ outcome: 'ok', body: null }));
    expect(await write(callOf('idempotent'))).toEqual({ outcome: 'not-sent', error });
  });

  test('whose caller has left is not sent, in the queue or after it', async () => {
    const leaving = new AbortController();
    leaving.abort(new Error('gone'));
    const { governor } = admitting();
    const send = async () => ({ outcome: 'ok', body: null }) as const;
    const queued = { write: () => Promise.reject(new Error('gone')) };
    for (const each of [governor, queued]) {
      const attempt = await queueWrites(each, send)(callOf('idempotent', leaving.signal));
      expect(attempt).toMatchObject({ outcome: 'not-sent', error: { code: 'UPSTREAM_UNAVAILABLE' } });
    }
  });

  test('that runs into a bug is not reported as not sent', async () => {
    const governor = { write: () => Promise.reject(new TypeError('bug')) };
    const write = queueWrites(governor, async () => ({ outcome: 'ok', body: null }));
    await expect(write(callOf('idempotent'))).rejects.toThrow('bug');
  });
});
