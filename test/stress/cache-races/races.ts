import { tagsOfEvent } from '../../../src/rest/cache/events.ts';
import { createCache } from '../../../src/rest/cache/index.ts';
import { createKnownChanges } from '../../../src/rest/cache/known-changes.ts';
import { createMemoryStore } from '../../../src/rest/cache/memory-store.ts';
import { longestUse } from '../../../src/rest/cache/policy.ts';
import type { CacheStore } from '../../../src/rest/cache/store.ts';
import { createSweep } from '../../../src/rest/cache/sweep.ts';
import { createCallPath } from '../../../src/rest/client/call-path.ts';
import type { WriteCall } from '../../../src/rest/client/queue.ts';
import { OPERATIONS } from '../../../src/rest/operations.ts';
import { createShortcuts } from '../../../src/rest/shortcuts.ts';
import { createRandom, type Random } from '../../../src/sandbox/random.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type CacheForm, GUARDS, type Guard, type Removal } from './guards.ts';
import { type Commit, CUSTOMERS, createModelStore, LATE_WRITE_MS, type ModelStore } from './model-store.ts';
import { createPromises, type Promises } from './promises.ts';
import { randomWrite } from './random-write.ts';
import { createReader, requester } from './reader.ts';
import { createReplicas } from './replicas.ts';

/** Ages of the cache in this simulation. Short, so that 100,000 steps see many ends of them. */
const AGES = { withEventsMs: 60_000, withoutEventsMs: 8_000, consentMs: 0, ifErrorMs: 0 };
/** Busy and quiet times follow each other. */
const PHASE_STEPS = 250;
const MAX_BROKEN = 20;
const START = Date.UTC(2026, 0, 1);

export interface RacesOptions {
  readonly steps: number;
  readonly seed: number;
  /** @default memory */
  readonly cache?: CacheForm;
  /** A guard that is taken out, to see that the simulation notices it. @default none */
  readonly without?: Guard | null;
}

export interface RacesReport {
  readonly reads: number;
  /** Reads that the cache answered without a call. */
  readonly hits: number;
  readonly writes: number;
  readonly events: number;
  /** What was promised and not kept: the first 20, or the first if a guard was taken out. */
  readonly broken: readonly string[];
}

/**
 * Interleaves reads, own and foreign writes, events that are late, doubled, out of order or lost, searches for changes,
 * webhooks that are off, and evictions. Every value that a read returns is checked against what was true when.
 */
export async function races(options: RacesOptions): Promise<RacesReport> {
  const { steps, seed, cache = 'memory', without = null } = options;
  const random = createRandom(seed);
  const clock = createFakeClock();
  const now = () => START + clock.now();
  const model = createModelStore(clock, random, START);
  for (let i = 0; i < CUSTOMERS; i += 1)
    model.apply({ method: 'POST', path: '/customers', query: '', body: [{ first_name: `c0.${i}` }] });
  for (let i = 0; i < 2 * CUSTOMERS; i += 1)
    model.apply({
      ...{ method: 'POST', path: '/customers/addresses', query: '' },
      body: [{ customer_id: 1 + (i % CUSTOMERS), city: `a0.${i}` }],
    });
  const promises = createPromises(model.truth, now);
  const state: WebhookState = { areOn: true };
  const guard = without === null ? null : GUARDS[without];
  const create = (store: CacheStore) =>
    createGateway({ store: guard?.store?.(store) ?? store, model, now, clock, state, guard });
  const gateways: SimulatedGateway[] = [];
  const replicas = cache === 'redis' ? createReplicas({ clock, random, now, guard }) : null;
  if (replicas === null) gateways.push(create(inMemory(now)));
  else replicas.start((index, store) => (gateways[index] = create(store)));
  const report = { reads: 0, hits: 0, writes: 0, events: 0 };
  const pick = () => gateways[random.integer(0, gateways.length - 1)] as SimulatedGateway;
  const work = { clock, random, model, promises, state, report, now, guard };

  const enough = guard === null ? MAX_BROKEN : 1;
  for (let step = 0; step < steps && promises.broken.length < enough; step += 1) {
    const isBusy = step % (2 * PHASE_STEPS) < PHASE_STEPS;
    const dice = random.next();
    if (dice < (isBusy ? 0.8 : 0.985)) read(pick(), work);
    else if (dice < 0.99) {
      if (random.boolean(0.45)) void write(pick(), work);
      else foreignWrite(pick, work);
    } else if (dice < 0.992) {
      // They are on most of the time: what is kept meanwhile lives longer than a disturbance.
      if (!state.areOn || random.boolean(0.2)) toggleWebhooks(gateways, work);
    } else if (dice < 0.995) for (const each of gateways) void search(each, work);
    else read(pick(), work);
    replicas?.disturb();
    // In quiet times entries grow old, and the events of a change come one by one.
    const pause = random.boolean(isBusy ? 0.002 : 0.02)
      ? random.integer(1_000, 30_000)
      : random.integer(0, 120);
    await clock.advanceTo(clock.now() + pause);
    if (step % 1_000 === 0) model.truth.forget(now() - 10 * AGES.withEventsMs);
  }
  await clock.advanceTo(clock.now() + 60_000);
  return { ...report, broken: promises.broken };
}

interface WebhookState {
  areOn: boolean;
}

/** Small, so that it drops entries all the time. */
function inMemory(now: () => number): CacheStore {
  return createMemoryStore({ maxBytes: 60_000, keepMs: longestUse(AGES), now });
}

type SimulatedGateway = ReturnType<typeof createGateway>;

interface GatewayOptions {
  readonly store: CacheStore;
  readonly model: ModelStore;
  readonly now: () => number;
  readonly clock: FakeClock;
  readonly state: WebhookState;
  readonly guard: Removal | null;
}

function createGateway({ store, model, now, clock, state, guard }: GatewayOptions) {
  const cache = createCache({
    store,
    ages: guard?.ages?.(AGES) ?? AGES,
    lateWriteMs: LATE_WRITE_MS,
    eventsArrive: () => guard?.ignoresWebhooksOff === true || state.areOn,
    onRead: () => {},
    now,
  });
  const permit = { timeLeftMs: () => 60_000, waitedMs: 0, retryAfterMs: () => null, release: () => {} };
  const callPath = createCallPath({
    http: { send: model.send, attempt: model.attempt, urlPrefixLength: 44 },
    governor: {
      read: (_request, send) => send(permit),
      write: (_request, _retry, send) => send(permit),
    },
    shortcuts: createShortcuts(clock.now),
    cache: guard?.cache?.(cache) ?? cache,
  });
  const known = createKnownChanges({ store, now });
  return {
    store,
    callPath,
    reader: createReader(callPath, now),
    sweep: createSweep({ send: model.send, store, known, now, storeNow: now }),
    isSweeping: false,
  };
}

interface Work {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly model: ModelStore;
  readonly promises: Promises;
  readonly state: WebhookState;
  readonly report: { reads: number; hits: number; writes: number; events: number };
  readonly now: () => number;
  readonly guard: Removal | null;
}

function read({ reader }: SimulatedGateway, { random, model, promises, state, report }: Work): void {
  const wished = random.boolean(0.05) ? random.pick([0, 2_000, 20_000]) : Number.POSITIVE_INFINITY;
  const allowed = state.areOn ? AGES.withEventsMs : AGES.withoutEventsMs;
  const expected = promises.atStart(Math.min(allowed, wished));
  void reader(random, model, Number.isFinite(wished) ? wished : null).then((answer) => {
    report.reads += 1;
    if (answer === null) return;
    if (answer.isHit) report.hits += 1;
    expected.check(answer);
  });
}

async function write({ callPath }: SimulatedGateway, work: Work): Promise<void> {
  const { random, model, promises, report, clock } = work;
  const { operation, ...call } = randomWrite(random, model, 'o');
  const { id, path, method, retry } = OPERATIONS[operation];
  const full: WriteCall = { operation: id, path, method, retry, requester: requester(), ...call };
  const query = call.parameters.map(([name, value]) => `${name}=${value}`).join('&');
  const attempt = await callPath.write(full);
  report.writes += 1;
  const commits = () => model.commitsOf({ operation: id, method, path, query, body: call.body });
  // Without a response it is acknowledged when it can no longer take effect, and a read has shown what it did.
  if (attempt.outcome === 'unknown') await clock.sleep(LATE_WRITE_MS);
  for (const commit of commits()) promises.changed(commit);
  if (attempt.outcome !== 'rejected') promises.acknowledge(commits());
}

function foreignWrite(pick: () => SimulatedGateway, work: Work): void {
  const { random, model, promises, state, clock, report } = work;
  const { operation, body, parameters } = randomWrite(random, model, 'f');
  const { path, method } = OPERATIONS[operation];
  const query = parameters.map(([name, value]) => `${name}=${value}`).join('&');
  for (const commit of model.apply({ path, method, query, body })) {
    promises.changed(commit);
    if (!state.areOn || random.boolean(0.1)) continue;
    for (let copy = random.boolean(0.2) ? 2 : 1; copy > 0; copy -= 1) {
      const delayMs = random.pick([
        random.integer(0, 30_000),
        random.integer(0, 2_000),
        random.integer(0, 200),
      ]);
      clock.callAt(clock.now() + delayMs, () => void deliver(pick(), commit, work));
    }
    report.events += 1;
  }
}

async function deliver({ store }: SimulatedGateway, commit: Commit, { promises, guard, random }: Work) {
  // Some do not say whose change they announce.
  const tags = tagsOfEvent(random.boolean(0.05) ? { ...commit, data: {} } : commit);
  if (guard?.ignoresEvents !== true) await store.invalidate(tags ?? []);
  promises.acknowledge([commit]);
}

/** Searches for changes. What it finds must not be served afterwards. */
async function search(gateway: SimulatedGateway, { promises, guard, now }: Work): Promise<void> {
  if (gateway.isSweeping) return;
  gateway.isSweeping = true;
  const startedAt = now();
  const { failed } = guard?.ignoresSearches === true ? { failed: [] } : await gateway.sweep();
  if (failed.length === 0) promises.searched(startedAt);
  gateway.isSweeping = false;
}

function toggleWebhooks(gateways: readonly SimulatedGateway[], { state }: Work): void {
  state.areOn = !state.areOn;
  if (!state.areOn) return;
  for (const { store } of gateways) void store.invalidate(['customer/*', 'list/customers', 'list/addresses']);
}
