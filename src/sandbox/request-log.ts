/** One request as it arrived, and what became of it. */
export interface RequestEntry {
  /** The operation of the API, or null when the route is not known. */
  readonly operationId: string | null;
  readonly method: string;
  /** The path below `/v3`, as it was sent. */
  readonly path: string;
  /** What followed the question mark, as it was sent. */
  readonly query: string;
  /** The status that was sent; null while the answer is under way, and for good when the connection was cut. */
  readonly status: number | null;
  /** Milliseconds of the sandbox's clock. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** What was asked of the store, oldest first. */
export interface RequestLog {
  list(): readonly RequestEntry[];
  /** Requests by operation, those of unknown routes under `unknown`. */
  counts(): Readonly<Record<string, number>>;
  clear(): void;
}

/** The log's other side: an entry is opened when a request arrives and closed when it has its answer. */
export interface RequestRecorder extends RequestLog {
  open(arrival: Omit<RequestEntry, 'status' | 'finishedAt'>): (status: number | null, at: number) => void;
}

// A long run must not fill the memory; the counts go on when the oldest entries are dropped.
const keptEntries = 100_000;

export function createRequestLog(): RequestRecorder {
  let entries: { -readonly [Name in keyof RequestEntry]: RequestEntry[Name] }[] = [];
  let counts = new Map<string, number>();

  return Object.freeze({
    open(arrival: Omit<RequestEntry, 'status' | 'finishedAt'>) {
      const entry = { ...arrival, status: null as number | null, finishedAt: null as number | null };
      const name = arrival.operationId ?? 'unknown';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      entries.push(entry);
      if (entries.length > keptEntries * 2) entries = entries.slice(-keptEntries);
      return (status: number | null, at: number) => {
        entry.status = status;
        entry.finishedAt = at;
      };
    },
    list: () => entries.map((entry) => ({ ...entry })),
    counts: () => Object.fromEntries(counts),
    clear() {
      entries = [];
      counts = new Map();
    },
  });
}
