/**
 * Keeps calls from operations that fail. Each operation has its own circuit. While nothing succeeds at all, the store is
 * taken to be down: then one failure opens the circuit of any other operation.
 */
export interface CircuitBreaker {
  /** Whether calls of an operation are rejected instead of queued. */
  isOpen(operation: string): boolean;
  /** Whether a queued call of an operation may start. */
  canStart(operation: string): boolean;
  /** Records that a call starts. Returns whether it is the trial that decides if the circuit closes. */
  start(operation: string): boolean;
  /** Records the end of a call. Returns whether the circuit has opened, so that queued calls have to be rejected. */
  end(operation: string, result: CallResult, isTrial: boolean): boolean;
  /** Whether no operation has succeeded since a circuit opened. */
  isStoreDown(): boolean;
  /** Whether an operation is due for a trial while the store is down. */
  needsProbe(operation: string): boolean;
  /** Failures of an operation in a row. */
  failures(operation: string): number;
  /** Milliseconds until the next trial of an operation; 0 if it may start now. */
  retryAfterMs(operation: string): number;
  state(): 'closed' | 'open' | 'half-open';
  /** The operations whose circuit is not closed. */
  openOperations(): readonly string[];
}

/** `none`: the call ended without showing whether the operation works. */
export type CallResult = 'success' | 'failure' | 'none';

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit of an operation. @default 10 */
  readonly failureThreshold?: number;
  /** Milliseconds between two trials. @default 5000 */
  readonly resetTimeoutMs?: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Circuit {
  failures: number;
  /** When the first of these failures was recorded. */
  failingSince: number;
  /** When the next trial may start. Null if the circuit is closed. */
  retryAt: number | null;
  /** Whether a trial is in flight. */
  isTrying: boolean;
}

// Not a library's: calls wait for the trial in the governor's own queue, on the governor's clock.
export function createCircuitBreaker({
  failureThreshold = 10,
  resetTimeoutMs = 5_000,
  now,
}: CircuitBreakerOptions): CircuitBreaker {
  const circuits = new Map<string, Circuit>();
  let lastSuccessAt = Number.NEGATIVE_INFINITY;
  let isDown = false;

  function circuitOf(operation: string): Circuit {
    const known = circuits.get(operation);
    if (known !== undefined) return known;
    const circuit: Circuit = { failures: 0, failingSince: 0, retryAt: null, isTrying: false };
    circuits.set(operation, circuit);
    return circuit;
  }

  function recordSuccess(circuit: Circuit): void {
    lastSuccessAt = now();
    circuit.failures = 0;
    circuit.retryAt = null;
    if (!isDown) return;
    isDown = false;
    // The store is back, so the other operations need not wait for their next trial.
    for (const other of circuits.values()) if (other.retryAt !== null) other.retryAt = now();
  }

  /** @returns whether the circuit has opened */
  function recordFailure(circuit: Circuit, isTrial: boolean): boolean {
    if (circuit.failures === 0) circuit.failingSince = now();
    circuit.failures += 1;
    const opens = circuit.retryAt === null ? isDown || circuit.failures >= failureThreshold : isTrial;
    if (!opens) return false;
    if (lastSuccessAt < circuit.failingSince) isDown = true;
    circuit.retryAt = now() + resetTimeoutMs;
    return true;
  }

  return {
    isOpen(operation) {
      const { retryAt, isTrying } = circuitOf(operation);
      return retryAt !== null && !isTrying && now() < retryAt;
    },
    canStart(operation) {
      const { retryAt, isTrying } = circuitOf(operation);
      if (isTrying) return false;
      return retryAt === null || now() >= retryAt;
    },
    start(operation) {
      const circuit = circuitOf(operation);
      if (circuit.isTrying || (circuit.retryAt === null && !isDown)) return false;
      circuit.isTrying = true;
      return true;
    },
    end(operation, result, isTrial) {
      const circuit = circuitOf(operation);
      if (isTrial) circuit.isTrying = false;
      if (result === 'success') recordSuccess(circuit);
      return result === 'failure' && recordFailure(circuit, isTrial);
    },
    isStoreDown: () => isDown,
    needsProbe(operation) {
      const { retryAt, isTrying } = circuitOf(operation);
      return isDown && retryAt !== null && !isTrying && now() >= retryAt;
    },
    failures: (operation) => circuitOf(operation).failures,
    retryAfterMs: (operation) => Math.max(0, (circuitOf(operation).retryAt ?? 0) - now()),
    state() {
      if (!isDown) return 'closed';
      return [...circuits.values()].some(({ isTrying }) => isTrying) ? 'half-open' : 'open';
    },
    openOperations() {
      const open: string[] = [];
      for (const [operation, { retryAt }] of circuits) if (retryAt !== null) open.push(operation);
      return open;
    },
  };
}
