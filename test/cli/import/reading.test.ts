import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../src/cli/import/csv.ts';
import { detectDelimiter, namedDelimiter } from '../../../src/cli/import/delimiter.ts';
import { InputProblem } from '../../../src/cli/import/input-problem.ts';
import { readJsonLines } from '../../../src/cli/import/json-lines.ts';
import type { InputRow } from '../../../src/cli/import/row.ts';
import { readText } from '../../../src/cli/import/text.ts';

type Bytes = Uint8Array | string;

const isColumn = (name: string) => ['email', 'name', 'notes', 'phone'].includes(name);

/** The bytes in pieces of a size, and whether all of them were read. */
function inPieces(content: Bytes, size: number) {
  const bytes = Buffer.from(content as string);
  const state = { read: 0 };
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) {
      state.read = at + size;
      yield bytes.subarray(at, at + size);
    }
  }
  return { pieces: pieces(), state, length: bytes.length };
}

function csvOf(content: Bytes, { size = 65_536 } = {}) {
  return readCsvOf(inPieces(content, size).pieces);
}

async function readCsvOf(bytes: AsyncIterable<Uint8Array>) {
  const { header, rows } = await readCsv((await readText(bytes)).pieces, 'comma', isColumn);
  return { header, rows: await collect(rows) };
}

async function collect(rows: AsyncIterable<InputRow>): Promise<readonly InputRow[]> {
  const all: InputRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const briefly = ({ line, values, problem }: InputRow) => [
  line,
  ...values,
  ...(problem ? [problem.code] : []),
];

async function problemOf(read: Promise<unknown>): Promise<string> {
  const error = await read.catch((thrown: unknown) => thrown);
  if (!(error instanceof InputProblem)) throw new Error('the input was not refused', { cause: error });
  return error.message;
}

const SIZES = [1, 2, 3, 5, 65_536];

test.each([
  ['sep=;', ';'],
  ['SEP=,\r', ','],
  ['"sep=|"', '|'],
  ['sep=\t', '\t'],
  ['sep=', null],
  ['sep=;;', null],
  ['email;sep=;', null],
])('the line %j names the delimiter %j', (line, delimiter) => {
  expect(namedDelimiter(line)).toBe(delimiter);
});

describe('CSV is read by line', () => {
  test.each(SIZES)(
    'with quotes, doubled quotes, line ends inside and every kind of line end, in pieces of %i',
    async (size) => {
      const content =
        'email,notes\r\na@example.org,"one\r\ntwo, ""three"""\nb@example.org,\rc@example.org,"x\ny"\n\nd@example.org,Zoë 🐻';
      const { header, rows } = await csvOf(content, { size });
      expect(header).toEqual(['email', 'notes']);
      expect(rows.map(briefly)).toEqual([
        [2, 'a@example.org', 'one\r\ntwo, "three"'],
        [4, 'b@example.org', ''],
        [5, 'c@example.org', 'x\ny'],
        [8, 'd@example.org', 'Zoë 🐻'],
      ]);
    },
  );

  test('rows of empty cells are skipped, and blank lines before the names of the columns', async () => {
    const { header, rows } = await csvOf('\n\nemail, name \n,\n"",""\na@example.org,A\n , \n');
    expect(header).toEqual(['email', 'name']);
    expect(rows.map(briefly)).toEqual([[6, 'a@example.org', 'A']]);
  });

  test.each(['', '\n\n', '\ufeff'])('%j has no columns', async (content) => {
    expect(await csvOf(content)).toEqual({ header: [], rows: [] });
  });

  test('the names of the columns alone are no row', async () => {
    expect(await csvOf('email,name')).toEqual({ header: ['email', 'name'], rows: [] });
  });

  test('rows that are too long or too short have a problem that names the column', async () => {
    const { rows } = await csvOf(
      'email,name,phone\na@example.org,A\nb@example.org,B,1,2\nc@example.org,C,1\n',
    );
    expect(rows.map(({ problem }) => problem)).toEqual([
      { code: 'ROW_LENGTH', field: 'phone', message: 'The row has 2 of 3 cells: it ends before column 3.' },
      {
        code: 'ROW_LENGTH',
        field: null,
        message: 'The row has 4 cells, and the file 3 columns: it goes on at column 4.',
      },
      null,
    ]);
  });
});

describe('an encoding', () => {
  const text = 'email,name\r\na@example.org,Zoë\r\n';

  test.each(SIZES)('is UTF-8, with a byte order mark or without, in pieces of %i', async (size) => {
    const [plain, marked] = await Promise.all([csvOf(text, { size }), csvOf(`\ufeff${text}`, { size })]);
    expect(plain.rows.map(briefly)).toEqual([[2, 'a@example.org', 'Zoë']]);
    expect(marked).toEqual(plain);
  });

  test.each(SIZES)('is UTF-16 if a byte order mark says so, in pieces of %i', async (size) => {
    const little = Buffer.from(`\ufeff${text.replace('Zoë', 'Zoë 🐻')}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big])
      expect((await csvOf(bytes, { size })).rows.map(briefly)).toEqual([[2, 'a@example.org', 'Zoë 🐻']]);
  });

  test.each(SIZES)(
    'that changes within the file is refused by line, column and character, in pieces of %i',
    async (size) => {
      const mixed = Buffer.concat([
        Buffer.from('email,name,phone\r\na@example.org,Zoë,1\r\nb@example.org,"ë'),
        Buffer.from('Zoë', 'latin1'),
        Buffer.from('",2\r\n'),
      ]);
      expect(await problemOf(csvOf(mixed, { size }))).toMatch(
        /^line 3, column 2 \(name\), character 19: not a character of UTF-8/,
      );
    },
  );

  test.each([
    ['the first cell', Buffer.from('\xe9mail,name\n', 'latin1'), /^line 1, column 1, character 1: /],
    [
      'the end',
      Buffer.concat([Buffer.from('email\na@example.org'), Buffer.from([0xc3])]),
      /^line 2, column 1 \(email\), character 14: /,
    ],
    [
      'a lone surrogate',
      Buffer.from('\ufeffemail\na\ud800b', 'utf16le'),
      /^line 2, column 1 \(email\), character 2: not a character of UTF-16LE/,
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('email,name\n', 'utf16le'),
      /^line 1, column 1, character 2: a NUL character\. .*UTF-16/,
    ],
    [
      'UTF-16 without a mark, with a byte that UTF-8 does not have',
      Buffer.from('email,name\na@example.org,Zoë\n', 'utf16le'),
      /^line 1, column 1, character 2: a NUL character\. .*UTF-16/,
    ],
    ['a NUL', 'email,name\na@example.org,A\0B\n', /^line 2, column 2 \(name\), character 16: a NUL/],
  ])('is refused at %s', async (_name, bytes, message) => {
    for (const size of SIZES) expect(await problemOf(csvOf(bytes, { size }))).toMatch(message);
  });
});

describe('CSV is refused by line and column', () => {
  test.each([
    [
      'a quote that is left open',
      'email,notes\na@example.org,A\nb@example.org,"B\nc@example.org,C\n',
      /^line 3, column 2 \(notes\): the quote with which the cell begins is not closed/,
    ],
    [
      'a quote that closes too early',
      'email,notes\na@example.org,"a\nb" c\n',
      /^line 2, column 2 \(notes\): a quote closes the cell before its end/,
    ],
    [
      'a quote inside a cell',
      'email,notes\na@example.org,5" pipe\n',
      /^line 2, column 2 \(notes\): a quote inside a cell/,
    ],
    ['a quote among the names', 'email,"notes\na@example.org,A\n', /^line 1, column 2: the quote/],
  ])('at %s', async (_name, content, message) => {
    for (const size of SIZES) expect(await problemOf(csvOf(content, { size }))).toMatch(message);
  });

  test('at a cell of 20 MB, which is not read to its end', async () => {
    for (const quote of ['', '"']) {
      const content = `email,notes\na@example.org,A\nb@example.org,${quote}${'x'.repeat(20_000_000)}${quote}\n`;
      const { pieces, state, length } = inPieces(content, 65_536);
      const message = await problemOf(readCsvOf(pieces));
      expect(message).toMatch(/^line 3, column 2 \(notes\): the cell makes its row longer than 500000 bytes/);
      expect(state.read).toBeLessThan(length / 4);
    }
  });

  test.each([
    'email,notes\nsecret@example.org,"secret" secret\n',
    // Without the names of the columns the first line is a customer.
    'secret@example.org,secret\na@example.org,"a" secret\n',
  ])('without a value in the message %#', async (content) => {
    const message = await problemOf(csvOf(content));
    expect(message).toMatch(/^line 2, column 2/);
    expect(message).not.toContain('secret');
  });
});

test.each([
  ['email,name', 'comma'],
  ['email;name', 'semicolon'],
  ['email\tname', 'tab'],
  ['email|name', 'pipe'],
  ['"a;b;c",name', 'comma'],
  ['email', null],
])('the delimiter of %j is %s', (header, name) => {
  expect(detectDelimiter(header)).toBe(name);
});

describe('lines of JSON', () => {
  const rowsOf = async (content: Bytes, size = 65_536) =>
    collect(readJsonLines((await readText(inPieces(content, size).pieces)).pieces));

  test.each(SIZES)('are objects, and a line that is none has a problem, in pieces of %i', async (size) => {
    const content = '\ufeff{"email":"ë"}\r\n\n{"email":"secret"\n[1]\n{"email" "b"}\n{"email":"c"}';
    const rows = await rowsOf(content, size);
    expect(rows.map(({ line, source }) => [line, source])).toEqual([
      [1, '{"email":"ë"}'],
      [3, '{"email":"secret"'],
      [4, '[1]'],
      [5, '{"email" "b"}'],
      [6, '{"email":"c"}'],
    ]);
    expect(rows.map(({ values }) => values)).toEqual([['ë'], [], [], [], ['c']]);
    const messages = rows.map(({ problem }) => problem?.message);
    expect(messages[1]).toMatch(/^The line is not valid JSON/);
    expect(messages[2]).toBe('The line is JSON, but no object.');
    expect(messages[3]).toBe('The line is not valid JSON: character 10 is unexpected.');
    expect(messages.join()).not.toContain('secret');
  });

  test('of 20 MB are refused by line, and not read to their end', async () => {
    const { pieces, state, length } = inPieces(
      `{"email":"a"}\n{"notes":"${'x'.repeat(20_000_000)}"}`,
      65_536,
    );
    const message = await problemOf(collect(readJsonLines((await readText(pieces)).pieces)));
    expect(message).toMatch(/^line 2, character 500000: longer than 500000 bytes$/);
    expect(state.read).toBeLessThan(length / 4);
  });

  test('of another encoding are refused by line and character', async () => {
    const bytes = Buffer.concat([Buffer.from('{"email":"ë"}\n{"email":"'), Buffer.from('ë"}', 'latin1')]);
    expect(await problemOf(rowsOf(bytes))).toMatch(/^line 2, character 11: not a character of UTF-8/);
  });
});
