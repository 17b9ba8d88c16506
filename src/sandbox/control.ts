import { z } from 'zod';
import { type Faults, faultRuleSchema } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { ConcurrencyStats } from './limits.ts';
import type { RequestLog } from './request-log.ts';
import { type ApiResponse, jsonResponse } from './responses.ts';

/** What the control API operates on. A process that starts the sandbox itself can call the same functions directly. */
export interface ControlOptions {
  readonly requests: RequestLog;
  readonly ledger: Ledger;
  readonly concurrency: ConcurrencyStats;
  readonly faults: Faults;
  /** Resets all state to the seed. */
  readonly reset: () => void;
  /** Consumes requests of the quota, as another app would. */
  readonly consumeQuota: (requests: number) => void;
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export type ControlApi = (request: ControlRequest) => ApiResponse;

const basePath = '/__sandbox';

const faultsBody = z.strictObject({ rules: z.array(faultRuleSchema), seed: z.int().optional() });
const quotaBody = z.strictObject({ requests: z.int().positive() });

/** Whether a path belongs to the control API, not to the store's API. */
export function isControlPath(path: string): boolean {
  return path === basePath || path.startsWith(`${basePath}/`);
}

/** The control API over HTTP. It has no token, no quota and no faults. */
export function createControlApi(options: ControlOptions): ControlApi {
  const { requests, ledger, concurrency, faults, reset, consumeQuota } = options;
  const actions: Readonly<Record<string, (body: unknown) => unknown>> = {
    'POST /reset': () => acknowledge(reset),
    'GET /requests': () => ({ counts: requests.counts(), requests: requests.list() }),
    'DELETE /requests': () => acknowledge(requests.clear),
    'GET /ledger': () => ({ entries: ledger.list() }),
    'DELETE /ledger': () => acknowledge(ledger.clear),
    'GET /concurrency': () => ({ peak: concurrency.peak() }),
    'DELETE /concurrency': () => acknowledge(concurrency.clear),
    'GET /faults': () => ({ rules: faults.list() }),
    'PUT /faults': (body) => {
      const { rules, seed } = faultsBody.parse(body);
      return acknowledge(() => faults.set(rules, seed === undefined ? {} : { seed }));
    },
    'DELETE /faults': () => acknowledge(faults.clear),
    'POST /quota': (body) => acknowledge(() => consumeQuota(quotaBody.parse(body).requests)),
  };

  return ({ method, path, body }) => {
    const action = actions[`${method} ${path.slice(basePath.length)}`];
    if (!action)
      return jsonResponse(404, {
        error: `Unknown endpoint. Endpoints under ${basePath}: ${Object.keys(actions).join(', ')}.`,
      });
    try {
      return jsonResponse(200, action(body === '' ? undefined : JSON.parse(body)));
    } catch (reason) {
      if (reason instanceof z.ZodError) return jsonResponse(400, { error: z.prettifyError(reason) });
      if (reason instanceof RangeError) return jsonResponse(400, { error: reason.message });
      if (reason instanceof SyntaxError) return jsonResponse(400, { error: 'The body is not valid JSON.' });
      throw reason;
    }
  };
}

function acknowledge(act: () => void): object {
  act();
  return { done: true };
}
