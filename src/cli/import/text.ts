import { isUtf8 } from 'node:buffer';
import { InputProblem } from './input-problem.ts';

/** Longer pieces would make the search for a wrong byte slow. */
const PIECE = 65_536;

/** The encodings that a byte order mark announces. */
const MARKS = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;

export type Encoding = (typeof MARKS)[number]['encoding'];

/** A text in UTF-8, in pieces that can end anywhere. */
export interface Text {
  /** What the byte order mark announced. Without one it is UTF-8. */
  readonly encoding: Encoding;
  readonly hasMark: boolean;
  readonly pieces: AsyncGenerator<Uint8Array>;
}

/**
 * Reads a text, without its byte order mark. UTF-16 is understood if it has one.
 *
 * The pieces throw InputProblem with line and character at a byte that is not of the encoding, and at a NUL. What is before it
 * has been returned then.
 */
export async function readText(bytes: AsyncIterable<Uint8Array>): Promise<Text> {
  const source = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < 3) {
    const { done, value } = await source.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const mark = MARKS.find((each) => each.bytes.every((byte, at) => head[at] === byte));
  const encoding = mark?.encoding ?? 'utf-8';
  const pieces = piecesOf(head.subarray(mark?.bytes.length ?? 0), source);
  return { encoding, hasMark: mark !== undefined, pieces: check(pieces, encoding) };
}

async function* piecesOf(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let next: IteratorResult<Uint8Array, unknown> = { done: false, value: head };
  while (!next.done) {
    const { value } = next;
    for (let at = 0; at < value.length; at += PIECE) yield value.subarray(at, at + PIECE);
    next = await rest.next();
  }
}

async function* check(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const decoder = createDecoder(encoding);
  const position = createPosition();
  /** The bytes at the end of the last piece that begin a character. */
  let open: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    const bytes = Buffer.concat([open, piece]);
    const whole = bytes.subarray(0, bytes.length - openLength(bytes, encoding));
    if (!isValid(whole, encoding)) {
      const text = validStart(whole, encoding);
      // UTF-16 without a mark has both. Of the two the NUL says what the file is.
      const before = text.slice(0, nulOrEnd(text));
      position.pass(before);
      yield Buffer.from(before);
      throw before.length < text.length ? nulAt(position) : wrongByte(position, encoding);
    }
    const text = decoder.decode(whole);
    const nul = nulOrEnd(text);
    if (nul < text.length) {
      position.pass(text.slice(0, nul));
      yield Buffer.from(text.slice(0, nul));
      throw nulAt(position);
    }
    position.pass(text);
    yield encoding === 'utf-8' ? whole : Buffer.from(text);
    open = bytes.subarray(whole.length);
  }
  if (open.length > 0) throw wrongByte(position, encoding);
}

function nulOrEnd(text: string): number {
  const at = text.indexOf('\0');
  return at === -1 ? text.length : at;
}

function nulAt(position: Position): InputProblem {
  return new InputProblem(
    'a NUL character. The file is no text, or it is UTF-16 without a byte order mark: save it as CSV UTF-8',
    position.place(),
  );
}

function wrongByte(position: Position, encoding: Encoding): InputProblem {
  return new InputProblem(
    `not a character of ${encoding.toUpperCase()}. The file has another encoding, or several: save it as UTF-8`,
    position.place(),
  );
}

function isValid(bytes: Uint8Array, encoding: Encoding): boolean {
  if (encoding === 'utf-8') return isUtf8(bytes);
  try {
    createDecoder(encoding).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function createDecoder(encoding: Encoding): TextDecoder {
  // A mark inside the text is a character.
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}

/** The longest start of the bytes that is valid. */
function validStart(bytes: Uint8Array, encoding: Encoding): string {
  const decoder = createDecoder(encoding);
  let text = '';
  try {
    for (let at = 0; at < bytes.length; at += 1)
      text += decoder.decode(bytes.subarray(at, at + 1), { stream: true });
  } catch {
    return text;
  }
  return text;
}

/** How many bytes at the end begin a character whose end can be in the next piece. */
function openLength(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding !== 'utf-8') {
    const odd = bytes.length % 2;
    const high = bytes.at(encoding === 'utf-16le' ? -1 - odd : -2 - odd) ?? 0;
    return odd + (high >= 0xd8 && high <= 0xdb ? 2 : 0);
  }
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

interface Position {
  pass(text: string): void;
  /** The place of the next character. */
  place(): { readonly line: number; readonly character: number };
}

function createPosition(): Position {
  let [line, character, endsWithCr] = [1, 1, false];
  return {
    pass(text) {
      const ends = text.match(/\r\n|\r|\n/g)?.length ?? 0;
      // CR LF can be in two pieces.
      line += ends - (endsWithCr && text.startsWith('\n') ? 1 : 0);
      const last = text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
      character = (ends > 0 ? 1 : character) + [...last].length;
      if (text !== '') endsWithCr = text.endsWith('\r');
    },
    place: () => ({ line, character }),
  };
}
