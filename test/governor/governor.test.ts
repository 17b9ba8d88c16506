import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createGovernor, type Governor, type Pass, type Ticket } from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import type { Attempt } from '../../src/rest/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createMeteredStore } from '../support/metered-store.ts';

const NEVER = Number.POSITIVE_INFINITY;

function ticketOf(operation: string, lane: Lane = 'standard', deadlineAt = NEVER): Ticket {
  return { operation, asker: { caller: 'one', lane, deadlineAt } };
}

interface Told {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A governor on a clock that stands still, and what it let through. */
function governed(
  options: { readonly atOnce?: ReadonlyMap<string, number>; readonly maxWaiting?: number } = {},
) {
  const clock = createFakeClock();
  const events: string[] = [];
  const passes: Pass[] = [];
  const governor: Governor = createGovernor({
    atOnce: new Map(),
    connections: 64,
    maxWaiting: 100,
    probe: async () => {},
    events: {
      onPass: () => {},
      onRefuse: (lane, why) => events.push(`${lane} ${why}`),
      onRetry: (operation) => events.push(`retry ${operation}`),
      onAbsurd: () => events.push('absurd'),
    },
    clock,
    random: () => 0.5,
    ...options,
  });
  return {
    clock,
    events,
    passes,
    governor,
    /** Makes a read that ends when the test says so. */
    read(ticket: Ticket): Promise<unknown> {
      return governor.read(ticket, (pass) => new Promise(() => passes.push(pass)));
    },
    /** Makes a read that is answered at once. */
    async hear({ status, headers = {} }: Told): Promise<void> {
      await governor
        .read(ticketOf('told'), async (pass) => pass.end({ status, headers, failure: null }))
        .catch(() => {});
    },
  };
}

function rate(left: number, resetMs: number, quota = 150): Record<string, string> {
  return {
    'x-rate-limit-requests-quota': String(quota),
    'x-rate-limit-requests-left': String(left),
    'x-rate-limit-time-reset-ms': String(resetMs),
    'x-rate-limit-time-window-ms': '30000',
  };
}

describe('deadlines', () => {
  test('who cannot be served in time is refused at once, and told when to come back', async () => {
    const { governor, hear, events } = governed();
    await hear({ status: 200, headers: rate(0, 20_000) });
    const refused = governor.read(ticketOf('getCustomers', 'interactive', 5_000), async () => {});
    await expect(refused).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 20_000 },
    });
    expect(events).toEqual(['interactive deadline']);
  });

  test('who waits is refused as soon as a foreign app leaves nothing for them', async () => {
    const { clock, governor, hear, events } = governed();
    await hear({ status: 200, headers: rate(10, 20_000) });
    const ends: number[] = [];
    // The interactive lane's own are kept, so that this waits for the window to go by.
    for (let count = 0; count < 4; count += 1) {
      governor
        .read(ticketOf('getCustomers', 'bulk', 19_000), () => new Promise(() => {}))
        .catch(() => ends.push(clock.now()));
    }
    await clock.runUntil(50);
    expect(events).toEqual([]);
    await hear({ status: 429, headers: rate(0, 19_950) });
    await clock.runUntil(2_000);
    expect(ends.length).toBeGreaterThan(0);
    expect(Math.max(...ends)).toBeLessThan(1_500);
  });

  test('nobody is refused for a quota that the store has not told', async () => {
    const { clock, governor, events, read, passes } = governed();
    const answers = Array.from({ length: 90 }, () => read(ticketOf('getCustomers', 'standard', 30_000)));
    for (const answer of answers) answer.catch(() => {});
    await clock.runUntil(10);
    // Turned away without a word on how many there are: that is a pause, not a quota of one.
    const headers = { 'x-rate-limit-requests-left': '0', 'x-rate-limit-time-reset-ms': '1000' };
    passes.splice(0, 1)[0]?.end({ status: 429, headers, failure: null });
    await clock.runUntil(500);
    expect(events).toEqual([]);
    expect(governor.state().waiting.standard).toBeGreaterThan(50);
  });

  test('a deadline that passes in line ends the waiting', async () => {
    const { clock, read, events, governor } = governed({ atOnce: new Map([['slow', 1]]) });
    void read(ticketOf('slow'));
    const late = governor.read(ticketOf('slow', 'standard', 300), async () => {});
    await clock.runUntil(299);
    expect(events).toEqual([]);
    const ended = expect(late).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    await clock.runUntil(400);
    await ended;
    expect(events).toEqual(['standard deadline']);
  });

  test('a call is told how long its caller will wait', async () => {
    const { clock, read, passes } = governed();
    void read(ticketOf('getCustomers', 'standard', 1_234));
    await clock.runUntil(0);
    expect(passes[0]?.timeoutMs).toBe(1_234);
  });
});

test('callers whose time is up do not make a store look as if it were down', async () => {
  const { clock, governor } = governed();
  for (let count = 0; count < 20; count += 1) {
    const hurried = ticketOf('getCustomers', 'standard', clock.now() + 5);
    governor
      .read(hurried, async (pass) => {
        await clock.sleep(pass.timeoutMs);
        const failure = new GatewayError('UPSTREAM_TIMEOUT', 'too slow');
        pass.end({ status: null, headers: {}, failure });
        throw failure;
      })
      .catch(() => {});
    await clock.runUntil(clock.now() + 10);
  }
  expect(governor.state().breaker).toBe('closed');
});

describe('the line', () => {
  test('is bounded, and bulk makes room for those who matter more', async () => {
    const { governor, read, events } = governed({ atOnce: new Map([['slow', 1]]), maxWaiting: 2 });
    void read(ticketOf('slow'));
    const bulk = [1, 2].map(() => governor.read(ticketOf('slow', 'bulk'), async () => {}));
    const last = expect(bulk[1]).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    void governor.read(ticketOf('slow', 'interactive'), async () => {});
    await last;
    await expect(governor.read(ticketOf('slow', 'bulk'), async () => {})).rejects.toThrow('2 calls wait');
    expect(events).toEqual(['bulk full', 'bulk full']);
    expect(governor.state().waiting).toEqual({ interactive: 1, standard: 0, bulk: 1 });
  });

  test('loses those who leave', async () => {
    const { governor, read } = governed({ atOnce: new Map([['slow', 1]]) });
    void read(ticketOf('slow'));
    const leaving = new AbortController();
    const gone = governor.read({ ...ticketOf('slow'), signal: leaving.signal }, async () => {});
    expect(governor.state().waiting.standard).toBe(1);
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(governor.state().waiting.standard).toBe(0);
  });

  test('does not let one operation hold up another', async () => {
    const { governor, read } = governed({ atOnce: new Map([['slow', 1]]) });
    void read(ticketOf('slow'));
    void read(ticketOf('slow'));
    await expect(governor.read(ticketOf('quick'), async () => 'done')).resolves.toBe('done');
  });
});

describe('operations', () => {
  test('never have more calls in flight than their cap', async () => {
    const { clock, read, passes } = governed({ atOnce: new Map([['createCustomers', 3]]) });
    for (let count = 0; count < 7; count += 1) void read(ticketOf('createCustomers'));
    await clock.runUntil(10);
    expect(passes).toHaveLength(3);
    passes[0]?.end({ status: 200, headers: {}, failure: null });
    await clock.runUntil(20);
    expect(passes).toHaveLength(4);
  });

  test('have fewer once the store says that it is too many, and more again when it takes them', async () => {
    const { clock, read, passes } = governed({ atOnce: new Map([['createCustomers', 8]]) });
    for (let count = 0; count < 100; count += 1) read(ticketOf('createCustomers')).catch(() => {});
    await clock.runUntil(10);
    expect(passes).toHaveLength(8);
    for (const pass of passes.splice(0)) pass.end({ status: 429, headers: {}, failure: null });
    // Nobody goes while it recovers.
    await clock.runUntil(100);
    expect(passes).toHaveLength(0);
    await clock.runUntil(2_000);
    expect(passes).toHaveLength(4);
    for (let round = 0; round < 12; round += 1) {
      for (const pass of passes.splice(0)) pass.end({ status: 200, headers: {}, failure: null });
      await clock.runUntil(clock.now() + 10);
    }
    expect(passes.length).toBeGreaterThan(4);
    expect(passes.length).toBeLessThanOrEqual(8);
  });
});

describe('retries', () => {
  const failing = (status: number) => async (pass: Pass) => {
    pass.end({ status, headers: {}, failure: null });
    throw new GatewayError('UPSTREAM_UNAVAILABLE', 'no', { status });
  };

  test('are a tenth of the calls at the most', async () => {
    const { clock, governor, events, hear } = governed();
    for (let count = 0; count < 200; count += 1) {
      // Every third fails, which opens no breaker.
      if (count % 3 === 0) governor.read(ticketOf('getCustomers'), failing(503)).catch(() => {});
      else await hear({ status: 200 });
      await clock.runUntil(clock.now() + 1_000);
    }
    const retries = events.filter((event) => event.startsWith('retry'));
    expect(retries.length).toBeGreaterThan(10);
    expect(retries.length).toBeLessThanOrEqual(21);
  });

  test('are not made of what will not pass', async () => {
    const { clock, governor, events } = governed();
    for (const status of [400, 404, 422, 501]) {
      const code = status < 500 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_UNAVAILABLE';
      governor
        .read(ticketOf('getCustomers'), async (pass) => {
          pass.end({ status, headers: {}, failure: null });
          throw new GatewayError(code, 'no', { status });
        })
        .catch(() => {});
    }
    await clock.runUntil(60_000);
    expect(events).toEqual([]);
  });

  test('are not made once the caller would not wait for them', async () => {
    const { clock, governor, events } = governed();
    governor.read(ticketOf('getCustomers', 'standard', 50), failing(503)).catch(() => {});
    await clock.runUntil(60_000);
    expect(events).toEqual([]);
  });
});

describe('writes', () => {
  const turnedAway: Attempt = {
    ended: 'refused',
    status: 429,
    body: null,
    error: new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 10_000 }),
  };

  function answering(attempts: Attempt[]) {
    return async (pass: Pass) => {
      const attempt = attempts.shift() ?? { ended: 'done' as const, body: null };
      if (attempt.ended === 'refused') pass.end({ status: 429, headers: rate(0, 10_000), failure: null });
      else pass.end({ status: 200, headers: rate(149, 30_000), failure: null });
      return attempt;
    };
  }

  test('that the door turned away for want of quota go again when there is some', async () => {
    const { clock, governor } = governed();
    const attempts = [turnedAway];
    const write = governor.write(ticketOf('updateCustomers'), { repeat: 'when-absent' }, answering(attempts));
    await clock.runUntil(9_000);
    expect(governor.state().waiting.standard).toBe(1);
    await clock.runUntil(12_000);
    await expect(write).resolves.toMatchObject({ ended: 'done' });
  });

  test('that cannot wait so long are refused, not doubted', async () => {
    const { governor } = governed();
    const write = governor.write(
      ticketOf('updateCustomers', 'standard', 5_000),
      { repeat: 'safe' },
      answering([turnedAway]),
    );
    await expect(write).resolves.toBe(turnedAway);
  });

  test('that must never be repeated are not', async () => {
    const { governor } = governed();
    const write = governor.write(ticketOf('check'), { repeat: 'never' }, answering([turnedAway]));
    await expect(write).resolves.toBe(turnedAway);
  });

  test('whose answer was lost are not sent again by anyone here', async () => {
    const { clock, governor, events } = governed();
    const lost: Attempt = { ended: 'unknown', error: new GatewayError('UPSTREAM_TIMEOUT', 'lost') };
    const write = governor.write(ticketOf('updateCustomers'), { repeat: 'harmless' }, answering([lost]));
    await clock.runUntil(60_000);
    await expect(write).resolves.toBe(lost);
    expect(events).toEqual([]);
  });
});

describe('a store that is down for a minute', () => {
  test('costs hardly a call, keeps nobody past the deadline, and is back with the first probe', async () => {
    const store = createMeteredStore({ quota: 0 });
    const { clock } = store;
    // Twenty calls a second for two minutes; it is down in the second half of the first and the first of the second.
    for (let at = 0; at < 120_000; at += 50) clock.at(at, () => store.want({ deadlineMs: 10_000 }));
    await clock.runUntil(30_000);
    store.setDown(true);
    const before = { sent: store.sent, done: store.done.length };
    await clock.runUntil(31_000);
    const needed = store.done.length - before.done;
    // Until the breaker opened; afterwards nobody is sent but the probe.
    expect(store.governors[0]?.state().breaker).toBe('open');
    const atOpening = store.sent - before.sent;
    expect(atOpening).toBeLessThanOrEqual(Math.ceil(1.1 * needed));
    expect(atOpening).toBeLessThan(20);
    await clock.runUntil(90_000);
    // One probe in five seconds.
    expect(store.sent - before.sent - atOpening).toBeLessThanOrEqual(12);
    store.setDown(false);
    await clock.runUntil(96_000);
    expect(store.governors[0]?.state().breaker).toBe('closed');
    const back = store.done.length;
    await clock.runUntil(119_000);
    expect(store.done.slice(back).every(({ ok }) => ok)).toBe(true);
    for (const { wantedAt, endedAt } of store.done) expect(endedAt - wantedAt).toBeLessThanOrEqual(10_000);
    expect(store.done.length).toBeGreaterThan(2_370);
  });
});

describe('headers that cannot be true', () => {
  test.each([
    [
      'a window that never ends',
      { ...rate(0, 99_999_999_999), 'x-rate-limit-time-window-ms': '99999999999' },
    ],
    ['less than nothing left', rate(-5, 1_000)],
    ['more left than there is', rate(500, 1_000)],
    ['words', { 'x-rate-limit-requests-quota': 'many', 'x-rate-limit-requests-left': 'some' }],
  ])('%s: counted, and nobody waits longer than a window', async (_name, headers) => {
    const { clock, governor, hear, events } = governed();
    await hear({ status: 200, headers });
    expect(events).toContain('absurd');
    let served = false;
    void governor
      .read(ticketOf('getCustomers'), async (pass) => pass.end({ status: 200, headers: {}, failure: null }))
      .then(() => {
        served = true;
      });
    await clock.runUntil(35_000);
    expect(served).toBe(true);
  });

  test('a store that says "try again at once" for ever is asked ever less', async () => {
    const { clock, governor, events } = governed();
    let asked = 0;
    governor
      .write(ticketOf('updateCustomers'), { repeat: 'safe' }, async (pass) => {
        asked += 1;
        pass.end({ status: 429, headers: rate(0, 0), failure: null });
        const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 0 });
        return { ended: 'refused', status: 429, body: null, error };
      })
      .catch(() => {});
    await clock.runUntil(200);
    expect(asked).toBe(1);
    await clock.runUntil(60_000);
    expect(asked).toBe(3);
    expect(events.filter((event) => event.startsWith('retry'))).toHaveLength(2);
  });
});
