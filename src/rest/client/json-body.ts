/** V8 gives strings above 128 KiB memory pages of their own: to make one of 140 KB takes many times as long as one of 120 KB. */
const MAX_PIECE_BYTES = 100_000;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LIST_START = Buffer.from('{"data":[');
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Parses the JSON of a response. A long list is parsed in pieces.
 *
 * @param maxPieceBytes bytes of a piece, unless one item is longer @default 100 000
 * @throws SyntaxError if it is no JSON
 */
export function parseJsonBody(body: Buffer, maxPieceBytes = MAX_PIECE_BYTES): unknown {
  const start = body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const json = start === 0 ? body : body.subarray(start);
  return (json.length > maxPieceBytes ? parseList(json, maxPieceBytes) : null) ?? JSON.parse(json.toString());
}

/** Parses `{"data":[...], ...}` in pieces. Null if the body does not have this form, or may not be JSON. */
function parseList(json: Buffer, maxPieceBytes: number): object | null {
  if (!json.subarray(0, LIST_START.length).equals(LIST_START)) return null;
  const ends = findItems(json);
  if (ends === null) return null;
  const listEnd = ends.at(-1) ?? LIST_START.length;
  const rest = `{"data":[${json.toString('utf8', listEnd)}`;
  // Of two fields of one name the last one counts. A name may have escapes.
  if (rest.includes('"data"', LIST_START.length) || rest.includes('\\u')) return null;
  const data = parseItems(json, ends, maxPieceBytes);
  // An empty item is an error that disappears if a piece ends before it.
  return data.length === ends.length ? { ...JSON.parse(rest), data } : null;
}

/** Parses the items of a list, as many at once as fit one piece. @param ends the index after each item */
function parseItems(json: Buffer, ends: readonly number[], maxPieceBytes: number): unknown[] {
  const items: unknown[] = [];
  let start = LIST_START.length;
  let last = start;
  const parse = (end: number) => {
    for (const item of JSON.parse(`[${json.toString('utf8', start, end)}]`)) items.push(item);
    start = end + 1;
  };
  for (const end of ends) {
    if (end - start > maxPieceBytes && last > start) parse(last);
    last = end;
  }
  if (last > start) parse(last);
  return items;
}

/** The index after each item of the list that begins at `LIST_START`. Null if the list does not end. */
function findItems(json: Buffer): readonly number[] | null {
  const ends: number[] = [];
  let depth = 0;
  for (let index = LIST_START.length; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) index = endOfString(json, index);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === COMMA && depth === 0) ends.push(index);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return byte === CLOSE_BRACKET ? [...ends, index] : null;
      depth -= 1;
    }
  }
  return null;
}

/** The index of the quote that ends a string. */
function endOfString(json: Buffer, start: number): number {
  let index = json.indexOf(QUOTE, start + 1);
  while (index !== -1 && isEscaped(json, index)) index = json.indexOf(QUOTE, index + 1);
  return index === -1 ? json.length : index;
}

function isEscaped(json: Buffer, quote: number): boolean {
  let backslashes = 0;
  while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
