import { appendFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Caller } from './caller.ts';

/** Ids of records, by the names that they have in the schema. Nothing else of a record is told. */
export type Ids = Readonly<Record<string, number>>;

/** What a deed is about, and what became of it. */
export interface DeedItem {
  readonly ids: Ids;
  readonly outcome?: string;
}

/** What was done, to whom, and what became of it. */
export interface Deed {
  /** A write tells of itself before it is sent and when it is over; a read once. */
  readonly event: 'write.begun' | 'write.ended' | 'read';
  /** The field of the schema. */
  readonly operation: string;
  readonly items: readonly DeedItem[];
  /** What became of all of it, where that is one thing: the code of an error. */
  readonly outcome?: string;
}

export interface Audit {
  /** Resolves when the line is written. Rejects where it cannot be: what it was to tell of must not be then. */
  tell(who: { readonly caller: Caller; readonly requestId: string }, deed: Deed): Promise<void>;
}

export interface AuditOptions {
  /** Appends text to where the audit is kept. */
  readonly append: (text: string) => Promise<void>;
  /** Told of each time that it cannot be written. */
  readonly onFailure: (error: unknown) => void;
  /** @default the machine's clock */
  readonly now?: () => Date;
}

/** Lines of JSON, in the order in which they were told. Those that come while others are written go together. */
export function createAudit({ append, onFailure, now = () => new Date() }: AuditOptions): Audit {
  let waiting: string[] = [];
  let next: Promise<void> | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  let isTorn = false;

  function flushed(): Promise<void> {
    next ??= writing.then(flush);
    writing = next.catch(() => {});
    return next;
  }

  async function flush(): Promise<void> {
    const lines = waiting.join('');
    waiting = [];
    next = null;
    try {
      // What failed may have left half a line.
      await append(isTorn ? `\n${lines}` : lines);
      isTorn = false;
    } catch (error) {
      isTorn = true;
      onFailure(error);
      throw error;
    }
  }

  return {
    tell({ caller, requestId }, { event, operation, outcome, items }) {
      const { kind, name } = caller;
      const line = {
        at: now().toISOString(),
        event,
        operation,
        caller: name,
        kind,
        requestId,
        outcome,
        items: items.map(({ ids, ...end }) => ({ ...ids, ...end })),
      };
      waiting.push(`${JSON.stringify(line)}\n`);
      return flushed();
    },
  };
}

/**
 * Opens the audit, or answers why it cannot be written.
 * @param where a file, or `stdout`
 */
export async function openAudit({
  where,
  logger,
}: {
  readonly where: string;
  readonly logger: Pick<Logger, 'fatal'>;
}): Promise<{ readonly audit: Audit } | { readonly problems: readonly string[] }> {
  // The file is opened anew each time, so that one that was moved away is made again.
  const append = where === 'stdout' ? print : (text: string) => appendFile(where, text, { mode: 0o600 });
  const onFailure = (error: unknown) =>
    logger.fatal({ code: codeOf(error) }, 'the audit cannot be written: writes are refused until it can');
  try {
    await append('');
    return { audit: createAudit({ append, onFailure }) };
  } catch (error) {
    return { problems: [`AUDIT_LOG cannot be written (${codeOf(error)})`] };
  }
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
