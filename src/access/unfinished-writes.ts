import { open } from 'node:fs/promises';

/** A write that was begun and never ended: the process crashed or was killed meanwhile. */
export interface UnfinishedWrite {
  readonly at: string;
  readonly operation: string;
  readonly caller: string;
  readonly kind: string;
  readonly requestId: string;
  readonly items: readonly unknown[];
}

/** Bytes read from the end of the audit log. It bounds the time of a start. */
const TAIL_BYTES = 4_000_000;
/** Writes that are listed at most. */
const MAX_WRITES = 1_000;

/**
 * Finds the writes in the end of an audit log that have no closing line, and whether its last line was cut off. Nothing is found
 * if the file cannot be read.
 */
export async function findUnfinishedWrites(
  file: string,
): Promise<{ readonly writes: readonly UnfinishedWrite[]; readonly endsMidLine: boolean }> {
  const text = await readTail(file);
  const unfinished = new Map<string, UnfinishedWrite[]>();
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry === null) continue;
    // One request can have several mutations, also of the same name.
    const { event, write } = entry;
    const key = `${write.requestId} ${write.operation}`;
    const begun = unfinished.get(key) ?? [];
    if (event === 'write.begun') unfinished.set(key, [...begun, write]);
    else if (begun.length > 1) unfinished.set(key, begun.slice(1));
    else unfinished.delete(key);
  }
  const writes = [...unfinished.values()].flat().slice(-MAX_WRITES);
  return { writes, endsMidLine: text !== '' && !text.endsWith('\n') };
}

async function readTail(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString();
  } catch {
    // A pipe or a missing file has no end to read.
    return '';
  }
}

/** Null if the line is cut off, or about something else than a write. */
function parseLine(line: string): { readonly event: string; readonly write: UnfinishedWrite } | null {
  if (!line.includes('"event":"write.')) return null;
  try {
    const { event, at, operation, caller, kind, requestId, items } = JSON.parse(line);
    return Array.isArray(items) ? { event, write: { at, operation, caller, kind, requestId, items } } : null;
  } catch {
    return null;
  }
}
