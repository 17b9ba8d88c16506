import { stat } from 'node:fs/promises';
import { errorCode, readGuardedFile } from './guarded-file.ts';

/** What a text means, or why it is invalid: one line each, without secrets. */
export type Parsed<T> = { readonly value: T } | { readonly problems: readonly string[] };

/** A file that is read again when it changes. */
export interface WatchedFile<T> {
  /** The content that was last valid. */
  current(): T;
  /** Reads the file again if it has changed since the last reading. */
  check(): Promise<void>;
  /** Stops watching. */
  close(): void;
}

export interface WatchedFileOptions<T> {
  readonly file: string;
  readonly parse: (text: string) => Parsed<T> | Promise<Parsed<T>>;
  /** Called when the file has changed and is valid. */
  readonly onChange: (file: string) => void;
  /** Called when the file has become invalid or its problems change. The last valid content stays in use. */
  readonly onProblems: (problems: readonly string[]) => void;
  /** Milliseconds between two checks; null checks only when asked. @default 500 */
  readonly intervalMs?: number | null;
}

const INTERVAL_MS = 500;

/**
 * Opens a file, or returns its problems. Its state is compared twice a second instead of waiting for events of the file system:
 * network file systems have none, and mounted secrets are replaced through links.
 */
export async function openWatchedFile<T>(
  options: WatchedFileOptions<T>,
): Promise<{ readonly watched: WatchedFile<T> } | { readonly problems: readonly string[] }> {
  const { file, parse, onChange, onProblems, intervalMs = INTERVAL_MS } = options;

  async function read(): Promise<Parsed<T>> {
    const content = await readGuardedFile(file);
    return 'problem' in content ? { problems: [content.problem] } : parse(content.text);
  }

  let state = await stateOf(file);
  const first = await read();
  if ('problems' in first) return first;
  let { value } = first;
  let reported = '';
  let checking: Promise<void> | null = null;

  async function compare(): Promise<void> {
    // Before the reading, so that a change during it is found the next time.
    const newState = await stateOf(file);
    if (newState === state) return;
    state = newState;
    const next = await read();
    const problems = 'problems' in next ? next.problems : [];
    const isNew = problems.join('\n') !== reported;
    reported = problems.join('\n');
    if ('value' in next) {
      value = next.value;
      onChange(file);
    } else if (isNew) onProblems(problems);
  }

  function check(): Promise<void> {
    checking ??= compare().finally(() => {
      checking = null;
    });
    return checking;
  }

  const timer = intervalMs === null ? undefined : setInterval(() => void check(), intervalMs).unref();
  return { watched: { current: () => value, check, close: () => clearInterval(timer) } };
}

/** Changes with every change of the file, and if another file takes its place. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mode, mtimeMs, ctimeMs } = await stat(file);
    return [ino, size, mode, mtimeMs, ctimeMs].join();
  } catch (error) {
    return errorCode(error);
  }
}
