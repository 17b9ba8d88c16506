import { appendFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Caller } from './caller.ts';
import { errorCode } from './files/guarded-file.ts';
import { findUnfinishedWrites } from './unfinished-writes.ts';

/** Ids of a record, by their field names in the schema. The log contains no other data of a record. */
export type RecordIds = Readonly<Record<string, number>>;

/** One record of an event, and its outcome. */
export interface AuditItem {
  readonly ids: RecordIds;
  /** Keyed hash of the e-mail address, if the item has one. */
  readonly email?: string;
  readonly outcome?: string;
  /** What was written with the record. @default nothing */
  readonly parts?: readonly AuditPart[];
}

/** A part of an item that has an outcome of its own, such as an address of an upserted customer. */
export interface AuditPart {
  readonly kind: string;
  readonly outcome: string;
  readonly recordId?: number;
}

/** A write or a read that the audit log records. */
export interface AuditEvent {
  /**
   * A write has one event before it is sent and one when it has ended; a read has one. After a crash the next start records
   * `write.interrupted` for each write without its second event.
   */
  readonly event: 'write.begun' | 'write.ended' | 'read';
  /** Name of the schema field. */
  readonly operation: string;
  readonly items: readonly AuditItem[];
  /** The error code, if all items failed with the same error. */
  readonly outcome?: string;
}

/** An append-only log of events. */
export interface AuditLog {
  /** Resolves when the line is written. Rejects if it cannot be; the caller must not proceed then. */
  record(origin: { readonly caller: Caller; readonly requestId: string }, event: AuditEvent): Promise<void>;
}

export interface AuditLogOptions {
  /** Appends text to the log's destination. */
  readonly append: (text: string) => Promise<void>;
  /** Called each time a write to the log fails. */
  readonly onFailure: (error: unknown) => void;
  /** Wall clock. @default the system clock */
  readonly now?: () => Date;
}

/** Creates a log of JSON lines, in the order of the calls. Lines that arrive during a write share the next one. */
export function createAuditLog({ append, onFailure, now = () => new Date() }: AuditLogOptions): AuditLog {
  let pending: string[] = [];
  let next: Promise<void> | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  let mayEndMidLine = false;

  function scheduleFlush(): Promise<void> {
    next ??= writing.then(flush);
    writing = next.catch(() => {});
    return next;
  }

  async function flush(): Promise<void> {
    const lines = pending.join('');
    pending = [];
    next = null;
    try {
      // A failed write may have left a partial line.
      await append(mayEndMidLine ? `\n${lines}` : lines);
      mayEndMidLine = false;
    } catch (error) {
      mayEndMidLine = true;
      onFailure(error);
      throw error;
    }
  }

  return {
    record({ caller, requestId }, { event, operation, outcome, items }) {
      const { kind, name } = caller;
      const line = {
        at: now().toISOString(),
        event,
        operation,
        caller: name,
        kind,
        requestId,
        outcome,
        count: items.length,
        items: items.map(({ ids, ...rest }) => ({ ...ids, ...rest })),
      };
      pending.push(`${JSON.stringify(line)}\n`);
      return scheduleFlush();
    },
  };
}

/**
 * Opens the audit log, or returns why it cannot be written.
 * @param destination a file, or `stdout`
 */
export async function openAuditLog({
  destination,
  logger,
}: {
  readonly destination: string;
  readonly logger: Pick<Logger, 'fatal' | 'warn'>;
}): Promise<{ readonly auditLog: AuditLog } | { readonly problems: readonly string[] }> {
  // `appendFile` opens the file each time, so a rotated file is created again.
  const append =
    destination === 'stdout'
      ? writeToStdout
      : (text: string) => appendFile(destination, text, { mode: 0o600 });
  const onFailure = (error: unknown) =>
    logger.fatal(
      { code: errorCode(error) },
      'the audit log is not writable: writes are rejected until it is',
    );
  try {
    await append(destination === 'stdout' ? '' : await closeUnfinished(destination, logger));
    return { auditLog: createAuditLog({ append, onFailure }) };
  } catch (error) {
    return { problems: [`AUDIT_LOG is not writable (${errorCode(error)})`] };
  }
}

/** Items of one unfinished write that the log names. The audit log has all of them. */
const MAX_LOGGED_ITEMS = 50;

/**
 * Logs the writes that a process before this one has begun and not ended. Returns the audit lines that close them, so the
 * next start does not list them again.
 */
async function closeUnfinished(file: string, logger: Pick<Logger, 'warn'>): Promise<string> {
  const { writes, endsMidLine } = await findUnfinishedWrites(file);
  const lines = writes.map(({ at: begunAt, items, ...write }) => {
    const entry = { begunAt, ...write, count: items.length };
    logger.warn({ ...entry, items: items.slice(0, MAX_LOGGED_ITEMS) }, 'a write was begun and never ended');
    const at = new Date().toISOString();
    return `${JSON.stringify({ at, event: 'write.interrupted', ...entry, items })}\n`;
  });
  return [endsMidLine ? '\n' : '', ...lines].join('');
}

function writeToStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
