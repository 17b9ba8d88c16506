import { InputProblem, type RowProblem } from './input-problem.ts';
import { jsonProblem } from './json-problem.ts';
import { type InputRow, MAX_ROW_BYTES } from './row.ts';

/**
 * Parses a file with one JSON object a line. Blank lines are skipped. A line that is not one has a problem, and the others go on.
 *
 * @throws InputProblem at a line that is longer than `MAX_ROW_BYTES`
 */
export async function* readJsonLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<InputRow> {
  for await (const { line, text } of linesOf(pieces)) {
    if (text.trim() !== '') yield rowOf(line, text);
  }
}

interface Line {
  readonly line: number;
  readonly text: string;
}

const LF = 0x0a;

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let line = 1;
  let open: Uint8Array[] = [];
  let length = 0;
  function append(part: Uint8Array): void {
    length += part.length;
    if (length > MAX_ROW_BYTES)
      throw new InputProblem(`longer than ${MAX_ROW_BYTES} bytes`, { line, character: MAX_ROW_BYTES });
    open.push(part);
  }
  function take(): Line {
    const text = Buffer.concat(open).toString();
    [open, length] = [[], 0];
    return { line, text };
  }
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, start)) {
      append(piece.subarray(start, end));
      yield take();
      line += 1;
      start = end + 1;
    }
    append(piece.subarray(start));
  }
  yield take();
}

function rowOf(line: number, text: string): InputRow {
  const row = { line, source: text.replace(/\r$/, '') };
  const parsed = parseObject(text);
  if ('problem' in parsed) return { ...row, columns: [], values: [], problem: parsed.problem };
  return { ...row, columns: Object.keys(parsed.object), values: Object.values(parsed.object), problem: null };
}

function parseObject(text: string): { readonly object: object } | { readonly problem: RowProblem } {
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object === 'object' && object !== null && !Array.isArray(object)) return { object };
    return { problem: badJson('The line is JSON, but no object.') };
  } catch (error) {
    return { problem: badJson(`The line is ${jsonProblem(error)}.`) };
  }
}

function badJson(message: string): RowProblem {
  return { code: 'BAD_JSON', field: null, message };
}
