import { z } from 'zod';
import { type Answer, json } from './answers.ts';
import { type Faults, faultRuleSchema } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Concurrency } from './limits.ts';
import type { RequestLog } from './request-log.ts';

/** What the control API operates on. A process that starts the sandbox itself can call the same functions directly. */
export interface ControlOptions {
  readonly requests: RequestLog;
  readonly ledger: Ledger;
  readonly concurrency: Concurrency;
  readonly faults: Faults;
  /** Resets all state to the seed. */
  readonly reset: () => void;
  /** Consumes requests of the quota, as another app would. */
  readonly takeQuota: (requests: number) => void;
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export type ControlDoor = (request: ControlRequest) => Answer;

const root = '/__sandbox';

const faultsBody = z.strictObject({ rules: z.array(faultRuleSchema), seed: z.int().optional() });
const quotaBody = z.strictObject({ requests: z.int().positive() });

/** Whether a path belongs to the control API, not to the store's API. */
export function isControlPath(path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** The control API over HTTP. It has no token, no quota and no faults. */
export function createControlDoor(options: ControlOptions): ControlDoor {
  const { requests, ledger, concurrency, faults, reset, takeQuota } = options;
  const actions: Readonly<Record<string, (body: unknown) => unknown>> = {
    'POST /reset': () => done(reset),
    'GET /requests': () => ({ counts: requests.counts(), requests: requests.list() }),
    'DELETE /requests': () => done(requests.clear),
    'GET /ledger': () => ({ entries: ledger.list() }),
    'DELETE /ledger': () => done(ledger.clear),
    'GET /concurrency': () => ({ peak: concurrency.highest() }),
    'DELETE /concurrency': () => done(concurrency.clear),
    'GET /faults': () => ({ rules: faults.list() }),
    'PUT /faults': (body) => {
      const { rules, seed } = faultsBody.parse(body);
      return done(() => faults.set(rules, seed === undefined ? {} : { seed }));
    },
    'DELETE /faults': () => done(faults.clear),
    'POST /quota': (body) => done(() => takeQuota(quotaBody.parse(body).requests)),
  };

  return ({ method, path, body }) => {
    const action = actions[`${method} ${path.slice(root.length)}`];
    if (!action)
      return json(404, {
        error: `Unknown endpoint. Endpoints under ${root}: ${Object.keys(actions).join(', ')}.`,
      });
    try {
      return json(200, action(body === '' ? undefined : JSON.parse(body)));
    } catch (reason) {
      if (reason instanceof z.ZodError) return json(400, { error: z.prettifyError(reason) });
      if (reason instanceof RangeError) return json(400, { error: reason.message });
      if (reason instanceof SyntaxError) return json(400, { error: 'The body is not valid JSON.' });
      throw reason;
    }
  };
}

function done(act: () => void): object {
  act();
  return { done: true };
}
