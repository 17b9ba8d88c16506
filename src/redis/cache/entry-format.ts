import { randomBytes } from 'node:crypto';
import type { Envelope } from './envelope.ts';

/** What is kept of an entry beside its value. */
export interface EntryFacts {
  readonly epoch: string;
  readonly version: number;
  /** When its value was read, in milliseconds of the server. */
  readonly readAt: number;
  readonly tags: readonly string[];
}

/** The text of an entry in Redis: a line that the server reads, and the encrypted value. */
export interface EntryFormat {
  /** @returns the text, and a stamp that no other entry has */
  seal(name: string, value: unknown, facts: EntryFacts): { readonly text: string; readonly stamp: string };
  /** Null if the text is of another version or key, or was changed, or moved from another name. */
  open(
    name: string,
    text: string,
  ): { readonly json: string; readonly stamp: string; readonly readAt: number } | null;
}

/** Changes with the form of entries, so another version of the program does not misread them. */
const VERSION = '1';
const STAMP_BYTES = 9;

export function createEntryFormat(envelope: Envelope): EntryFormat {
  return {
    seal(name, value, { epoch, version, readAt, tags }) {
      const stamp = randomBytes(STAMP_BYTES).toString('base64url');
      const line = [VERSION, envelope.keyId, epoch, version, Math.floor(readAt), stamp, tags.join(',')].join(
        ' ',
      );
      return { text: `${line}\n${envelope.seal(JSON.stringify(value), `${name}\n${line}`)}`, stamp };
    },
    open(name, text) {
      const end = text.indexOf('\n');
      const line = text.slice(0, Math.max(0, end));
      const [version, keyId = '', , , readAt = '', stamp = ''] = line.split(' ');
      if (version !== VERSION) return null;
      const json = envelope.open(text.slice(end + 1), keyId, `${name}\n${line}`);
      return json === null ? null : { json, stamp, readAt: Number(readAt) };
    },
  };
}
