/** A received request and its outcome. */
export interface RequestEntry {
  /** The API operation; null if the route is unknown. */
  readonly operationId: string | null;
  readonly method: string;
  /** The path below `/v3`, as received. */
  readonly path: string;
  /** The query string without the question mark, as received. */
  readonly query: string;
  /** The response status; null until the response is sent, and forever if the connection closed before. */
  readonly status: number | null;
  /** The sandbox's clock, in milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** The requests that the store received, oldest first. */
export interface RequestLog {
  list(): readonly RequestEntry[];
  /** Number of requests by operation. Unknown routes count as `unknown`. */
  counts(): Readonly<Record<string, number>>;
  clear(): void;
}

/** The writable request log: `open` adds an entry and returns the function that completes it. */
export interface RequestRecorder extends RequestLog {
  open(arrival: Omit<RequestEntry, 'status' | 'finishedAt'>): (status: number | null, at: number) => void;
}

// Bounds the memory of a long run. The counts still include dropped entries.
const maxEntries = 100_000;

export function createRequestLog(): RequestRecorder {
  let entries: { -readonly [Name in keyof RequestEntry]: RequestEntry[Name] }[] = [];
  let counts = new Map<string, number>();

  return Object.freeze({
    open(arrival: Omit<RequestEntry, 'status' | 'finishedAt'>) {
      const entry = { ...arrival, status: null as number | null, finishedAt: null as number | null };
      const name = arrival.operationId ?? 'unknown';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      entries.push(entry);
      if (entries.length > maxEntries * 2) entries = entries.slice(-maxEntries);
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
