import { describe, expect, it } from 'vitest';
import { NEEDED_SCOPES } from '../../../src/rest/cache/events.ts';
import type { Hook } from '../../../src/rest/hooks.ts';
import { createHookWatch } from '../../../src/server/webhooks/hook-watch.ts';

const URL = 'https://gateway.example.org/webhooks/bigcommerce';

function setUp(shared: Readonly<Record<string, string>> | null = null) {
  const state = {
    now: 1_000,
    resumed: 0,
    hooks: NEEDED_SCOPES.map(
      (scope, id): Hook => ({ id, scope, destination: URL, isActive: true, headers: { secret: 'x' } }),
    ),
  };
  const watch = createHookWatch({
    hooks: { list: async () => state.hooks },
    url: () => URL,
    hasSecret: ({ headers }) => headers.secret === 'x',
    notes: shared && { read: async () => shared, write: async () => {}, raise: async () => {} },
    onArrivalsResume() {
      state.resumed += 1;
    },
    now: () => state.now,
  });
  return { state, watch };
}

describe('the watch of the webhooks', () => {
  it('relies on no event before the first check', async () => {
    const { state, watch } = setUp();
    expect(watch.eventsArrive()).toBe(false);
    expect(watch.problems()).toEqual([]);
    await watch.check();
    expect(watch.eventsArrive()).toBe(true);
    expect(state.resumed).toBe(1);
  });

  it('names a scope that is missing, off, or has another secret', async () => {
    const { state, watch } = setUp();
    const [customers, metafields] = state.hooks as [Hook, Hook];
    state.hooks = [
      { ...customers, isActive: false },
      { ...metafields, headers: {} },
    ];
    await watch.check();
    expect(watch.eventsArrive()).toBe(false);
    expect(watch.problems()).toEqual([
      'webhooks: store/customer/* is switched off',
      'webhooks: store/metafield/* has another secret',
      'webhooks: store/hook/deliveryException is not registered',
    ]);
  });

  it('counts webhooks of another destination as missing', async () => {
    const { state, watch } = setUp();
    state.hooks = state.hooks.map((hook) => ({ ...hook, destination: 'https://other.example.org/' }));
    await watch.check();
    expect(watch.problems()).toHaveLength(3);
  });

  it('notices silence when a change was not announced, until an event arrives', async () => {
    const { state, watch } = setUp();
    await watch.check();
    watch.noteMissed(2_000);
    expect(watch.eventsArrive()).toBe(false);
    expect(watch.problems()).toEqual(['webhooks: customers changed, but no event arrived']);
    state.now = 3_000;
    watch.noteDelivery();
    expect(watch.eventsArrive()).toBe(true);
    expect(state.resumed).toBe(2);
  });

  it('relies on no event after the platform could not deliver one', async () => {
    const { watch } = setUp();
    await watch.check();
    watch.noteException();
    expect(watch.eventsArrive()).toBe(false);
  });

  it('keeps the last result if a check fails', async () => {
    const { state, watch } = setUp();
    await watch.check();
    Object.defineProperty(state, 'hooks', {
      get() {
        throw new Error('the store is down');
      },
    });
    await expect(watch.check()).rejects.toThrow();
    expect(watch.eventsArrive()).toBe(true);
  });

  it.each(['x', '', 'NaN', 'Infinity', '-5', '1e999'])('takes the shared time %j as absent', async (text) => {
    const { state, watch } = setUp({ deliveredAt: text, missedAt: text });
    await watch.check();
    await watch.sync();
    expect([watch.lastEventAt(), watch.isSilent()]).toEqual([null, false]);
    watch.noteDelivery();
    expect(watch.lastEventAt()).toBe(state.now);
    watch.noteMissed(state.now + 1);
    expect(watch.isSilent()).toBe(true);
  });
});
