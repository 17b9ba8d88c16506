import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Caller } from '../../../src/access/caller.ts';
import { LANES } from '../../../src/governor/lanes.ts';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { createGateway } from '../../support/gateway.ts';
import { createRandom } from './random.ts';
import { createCallers, generateRequest } from './requests.ts';
import { FAULTS, markRecords, sendRequest } from './soak.ts';

/** The memory in use after a garbage collection. */
export interface MemoryReading {
  readonly minutes: number;
  /** Number of different callers so far. */
  readonly callers: number;
  readonly requests: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

export interface MemoryRunOptions {
  readonly minutes: number;
  /** Number of different callers over the whole run, evenly distributed. */
  readonly callers: number;
  /** The parts of the run after which memory is read, as fractions of 1. */
  readonly readAt: readonly number[];
  readonly onRead: (reading: MemoryReading) => void;
}

const TICK_MS = 100;
/** Every third caller makes three requests, the others one. */
const requestsOf = (count: number) => (count % 3 === 0 ? 3 : 1);

/**
 * Lets new callers request data of a store without rate-limit headers, a tenth of whose calls fail. All lanes, shoppers and
 * backends, half of them with a budget. The store's own log and ledger are emptied, since they are part of the same heap.
 */
export async function runMemorySoak({ minutes, callers, readAt, onRead }: MemoryRunOptions): Promise<void> {
  const collectGarbage = exposeGarbageCollector();
  const sandbox = await startSandbox({ quota: 0, customers: 60, seed: 1 });
  const people = await markRecords(sandbox);
  const gateway = createGateway({ baseUrl: sandbox.url, lateWriteMs: 20, logLevel: 'silent' });
  sandbox.faults.set(FAULTS, { seed: 1 });
  const draw = createRandom(1);
  const models = createCallers(people);
  const startedAt = performance.now();
  const fractionPassed = () => (performance.now() - startedAt) / (minutes * 60_000);
  const waiting = [...readAt];
  let started = 0;
  let requests = 0;

  async function request(caller: Caller, count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await sendRequest(gateway, generateRequest(draw, people, caller));
      requests += 1;
    }
  }

  function newCaller(): Caller {
    const model = models[started % models.length] as Caller;
    const lane = LANES[started % LANES.length] ?? model.lane;
    const callsPerMinute = started % 2 === 0 ? null : 1_000;
    return { ...model, name: `caller ${started}`, lane, callsPerMinute };
  }

  while (waiting.length > 0) {
    for (; started < callers * Math.min(1, fractionPassed()); started += 1) {
      void request(newCaller(), requestsOf(started));
    }
    if (fractionPassed() >= (waiting[0] ?? 1)) {
      waiting.shift();
      await gateway.app.settled();
      sandbox.requests.clear();
      sandbox.ledger.clear();
      collectGarbage();
      const { heapUsed, rss } = process.memoryUsage();
      const passed = (performance.now() - startedAt) / 60_000;
      onRead({
        minutes: passed,
        callers: started,
        requests,
        heapMb: heapUsed / 2 ** 20,
        rssMb: rss / 2 ** 20,
      });
    }
    await delay(TICK_MS);
  }
  await gateway.close();
  await sandbox.close();
}

/** Returns a function that collects garbage, without a flag on the command line. */
function exposeGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
