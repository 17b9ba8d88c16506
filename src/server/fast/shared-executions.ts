import { RenewedMap } from '../../renewed-collections.ts';

/** What an execution without errors has answered. */
export interface SharedAnswer {
  /** The response as JSON in UTF-8. All requests are answered with the same bytes. */
  readonly body: Buffer<ArrayBuffer>;
  /** Number of REST calls that the execution made. */
  readonly calls: number;
}

/** An execution that several requests can wait for. */
export interface SharedExecution<T> {
  /** Facts of the operation, which are the same for all who wait. */
  readonly facts: T;
  /** Null if it failed, or its answer belongs to one request only. */
  readonly answer: Promise<SharedAnswer | null>;
  /** Takes note that one more request waits. */
  join(): void;
  /** Takes note that a request has left. The execution ends when the last one has. */
  leave(): void;
}

/** What makes executions equal. */
export interface SharingKey {
  readonly bodyText: string;
  /** The callers who may share them. */
  readonly callers: string;
}

/** The executions in flight, by what makes them equal. */
export interface SharedExecutions<T> {
  /** An equal execution in flight that may be joined: none has begun before a write that has ended since. */
  find(key: SharingKey): SharedExecution<T> | null;
  /** Offers an execution to others until its answer is there. */
  offer(key: SharingKey, execution: OfferedExecution<T>): SharedExecution<T>;
}

export interface OfferedExecution<T> {
  readonly facts: T;
  readonly answer: Promise<SharedAnswer | null>;
  /** Called when all requests that wait for it have left. */
  readonly abandon: () => void;
}

interface Entry<T> {
  readonly period: number;
  readonly execution: SharedExecution<T>;
}

/** @param period number of the current sharing period of reads */
export function createSharedExecutions<T>(period: () => number): SharedExecutions<T> {
  // By body first: a string hashes itself once, and a text made of a body and more would be hashed for each look.
  const running = new RenewedMap<string, Map<string, Entry<T>>>();

  function remove({ bodyText, callers }: SharingKey, entry: Entry<T>): void {
    const byCallers = running.get(bodyText);
    if (byCallers?.get(callers) !== entry) return;
    byCallers.delete(callers);
    if (byCallers.size === 0) running.delete(bodyText);
  }

  return {
    find({ bodyText, callers }) {
      const found = running.get(bodyText)?.get(callers);
      return found !== undefined && found.period === period() ? found.execution : null;
    },
    offer(key, { facts, answer, abandon }) {
      let waiting = 1;
      const execution: SharedExecution<T> = {
        facts,
        answer,
        join() {
          waiting += 1;
        },
        leave() {
          waiting -= 1;
          if (waiting > 0) return;
          end();
          abandon();
        },
      };
      const entry = { period: period(), execution };
      const end = () => remove(key, entry);
      const byCallers = running.get(key.bodyText) ?? new Map<string, Entry<T>>();
      running.set(key.bodyText, byCallers.set(key.callers, entry));
      answer.then(end, end);
      return execution;
    },
  };
}
