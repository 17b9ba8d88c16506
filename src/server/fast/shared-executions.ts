/** What an execution without errors has answered. */
export interface SharedAnswer {
  /** The response as JSON. */
  readonly json: string;
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

/** The executions in flight, by what makes them equal. */
export interface SharedExecutions<T> {
  /** An equal execution in flight that may be joined: none has begun before a write that has ended since. */
  find(key: string): SharedExecution<T> | null;
  /** Offers an execution to others until its answer is there. */
  offer(key: string, execution: OfferedExecution<T>): SharedExecution<T>;
}

export interface OfferedExecution<T> {
  readonly facts: T;
  readonly answer: Promise<SharedAnswer | null>;
  /** Called when all requests that wait for it have left. */
  readonly abandon: () => void;
}

/** @param period number of the current sharing period of reads */
export function createSharedExecutions<T>(period: () => number): SharedExecutions<T> {
  const running = new Map<string, { readonly period: number; readonly execution: SharedExecution<T> }>();

  return {
    find(key) {
      const found = running.get(key);
      return found !== undefined && found.period === period() ? found.execution : null;
    },
    offer(key, { facts, answer, abandon }) {
      let waiting = 1;
      const entry = {
        period: period(),
        execution: {
          facts,
          answer,
          join() {
            waiting += 1;
          },
          leave() {
            waiting -= 1;
            if (waiting > 0) return;
            remove();
            abandon();
          },
        },
      };
      function remove(): void {
        if (running.get(key) === entry) running.delete(key);
      }
      running.set(key, entry);
      answer.then(remove, remove);
      return entry.execution;
    },
  };
}
