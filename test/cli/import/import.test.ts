import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { runArgs } from '../support/run-line.ts';

let sandbox: Sandbox;
let gateway: GatewayProcess;
let dir: string;

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 20, quota: 0 });
  gateway = await startGatewayProcess({
    BIGCOMMERCE_STORE_HASH: 'sandbox',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    GATEWAY_AUTH: 'none',
    WRITE_SETTLE_MS: '100',
  });
});
beforeEach(async () => {
  sandbox.reset();
  dir = await tempDir();
});
afterAll(async () => {
  await gateway.stop();
  await sandbox.close();
});

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

function importFile(path: string, ...options: readonly string[]) {
  return runArgs(['import', path, '--url', gateway.url, ...options]);
}

const writes = () => sandbox.requests.list().filter(({ method }) => method !== 'GET').length;
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function customersOf(emails: readonly string[]) {
  const response = await fetch(
    `${sandbox.url}/customers?email:in=${emails.join(',')}&include=addresses,attributes&limit=250`,
    { headers: { 'X-Auth-Token': sandbox.token } },
  );
  const { data } = (await response.json()) as { data: readonly Record<string, unknown>[] };
  return data.toSorted((one, other) => String(one.email).localeCompare(String(other.email)));
}

const ROWS = `email,firstName,lastName,phone,address1,city,stateOrProvince,postalCode,countryCode,attributes.Loyalty tier,formFields.Nickname,metafields.loyalty.points
ann@example.org,Ann,One,'+1 555,1 High Street,Los Altos,California,94022,US,Gold,Bear,10
ben@example.org,Ben,"Two, the second",,,,,,,,,
`;

describe('a CSV file', () => {
  test('creates customers with all that belongs to them, and again writes nothing', async () => {
    const path = await put('customers.csv', ROWS);
    const first = await importFile(path);
    expect(first).toEqual({
      output: ['2 created, 0 updated, 0 unchanged, 0 incomplete, 0 rejected, of 2 rows'],
      messages: [],
      exitCode: 0,
    });
    const [ann, ben] = await customersOf(['ann@example.org', 'ben@example.org']);
    expect(ann).toMatchObject({
      ...{ first_name: 'Ann', last_name: 'One', phone: '+1 555' },
      addresses: [expect.objectContaining({ first_name: 'Ann', city: 'Los Altos', country_code: 'US' })],
      attributes: [expect.objectContaining({ attribute_value: 'Gold' })],
    });
    expect(ben).toMatchObject({ last_name: 'Two, the second', addresses: [] });
    expect(await isThere(`${path}.journal`)).toBe(false);
    expect(await isThere(join(dir, 'customers.rejects.csv'))).toBe(false);

    const before = writes();
    const second = await importFile(path, '--json');
    expect(JSON.parse(second.output.join('\n'))).toMatchObject({
      rows: 2,
      created: 0,
      unchanged: 2,
      left: 0,
    });
    expect(writes()).toBe(before);
  });

  test('with semicolons, a byte order mark and a mapping changes the customers that the store has', async () => {
    const path = await put(
      'kunden.csv',
      '\ufeffE-Mail;Vorname;Nachname;Notiz\r\nann@example.org;Ann;Eins;\r\n',
    );
    const mapping = await put(
      'mapping.json',
      '{"columns":{"E-Mail":"email","Vorname":"firstName","Nachname":"lastName","Notiz":null}}',
    );
    await importFile(await put('customers.csv', ROWS));
    const { output } = await importFile(path, '--mapping', mapping);
    expect(output).toEqual(['0 created, 1 updated, 0 unchanged, 0 incomplete, 0 rejected, of 1 rows']);
    expect(await customersOf(['ann@example.org'])).toMatchObject([{ last_name: 'Eins', phone: '+1 555' }]);
  });
});

describe('rows that cannot be imported', () => {
  const content = `email,firstName,lastName,phone,countryCode
secret-1@example.org,Secret,One,"+1, secret",
secret-2@example.org,Secret
,Secret,Three,,
secret-1@example.org,Secret,Four,,
secret-5@example.org,Secret,Five,,
secret-6@example.org,,,=secret,
secret-7@example.org,Secret,Seven,,XX
`;

  test('are in the rejects file by line, column and reason, which is for its owner alone', async () => {
    const path = await put('customers.csv', content);
    const { output, messages, exitCode } = await importFile(path);
    expect(exitCode).toBe(1);
    expect(output).toEqual(['2 created, 0 updated, 0 unchanged, 0 incomplete, 5 rejected, of 7 rows']);
    const rejects = join(dir, 'customers.rejects.csv');
    expect((await stat(rejects)).mode & 0o777).toBe(0o600);
    const [header, ...lines] = (await readFile(rejects, 'utf8')).trimEnd().split('\n');
    expect(header).toBe(
      'import.line,import.code,import.field,import.message,email,firstName,lastName,phone,countryCode',
    );
    expect(lines.map((line) => line.split(',').slice(0, 3).join())).toEqual([
      '3,ROW_LENGTH,lastName',
      '4,REQUIRED,email',
      '5,REPEATED,email',
      '7,REQUIRED | REQUIRED,firstName | lastName',
      expect.stringMatching(/^8,INVALID/),
    ]);
    expect(lines[3]).toMatch(/,secret-6@example\.org,,,'=secret,$/);
    // The log may be read by others.
    expect([...output, ...messages].join('\n')).not.toMatch(/secret/i);
    expect(messages).toContain(`${rejects} has the rows to correct and import again`);
  });

  test('are imported from the rejects file when they are corrected', async () => {
    await importFile(await put('customers.csv', content));
    const rejects = join(dir, 'customers.rejects.csv');
    const corrected = (await readFile(rejects, 'utf8'))
      .replace('secret-2@example.org,Secret', 'secret-2@example.org,Secret,Two,,')
      .replace('secret-6@example.org,,', 'secret-6@example.org,Secret,Six');
    const { output } = await importFile(await put('corrected.csv', corrected));
    expect(output).toEqual(['2 created, 1 updated, 0 unchanged, 0 incomplete, 2 rejected, of 5 rows']);
    expect(await customersOf(['secret-6@example.org'])).toMatchObject([
      { last_name: 'Six', phone: '=secret' },
    ]);
    expect(await readFile(join(dir, 'corrected.rejects.csv'), 'utf8')).toMatch(
      /^import\.line,import\.code,import\.field,import\.message,email,firstName,/,
    );
  });

  test('keep the format of lines of JSON', async () => {
    const lines = [
      '{"email":"ann@example.org","firstName":"Ann","lastName":"One","attributes":[{"attributeName":"Loyalty tier","value":"Gold"}]}',
      '{"email":"ben@example.org","firstName":3}',
      '{"email"',
    ];
    const { output } = await importFile(await put('customers.jsonl', `${lines.join('\n')}\n`));
    expect(output).toEqual(['1 created, 0 updated, 0 unchanged, 0 incomplete, 2 rejected, of 3 rows']);
    const rejects = (await readFile(join(dir, 'customers.rejects.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(rejects.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ email: 'ben@example.org', firstName: 3 },
        import: { line: 2, problems: [expect.objectContaining({ code: 'INVALID', field: 'firstName' })] },
      },
      { import: { line: 3, problems: [expect.objectContaining({ code: 'BAD_JSON' })], text: '{"email"' } },
    ]);
  });

  test('do not overwrite a rejects file that may be in work', async () => {
    const rejects = await put('customers.rejects.csv', 'in work');
    const { messages, exitCode } = await importFile(await put('customers.csv', ROWS));
    expect([exitCode, messages]).toEqual([1, [expect.stringMatching(/exists: import or delete it first/)]]);
    expect(await readFile(rejects, 'utf8')).toBe('in work');
    expect(writes()).toBe(0);
  });
});

test('a dry run says what would happen, and writes nothing', async () => {
  await importFile(await put('customers.csv', ROWS));
  const before = writes();
  const path = await put(
    'more.csv',
    'email,firstName,lastName\nann@example.org,,\ncid@example.org,Cid,C\ndan@example.org,,D\nx,X,X\n',
  );
  const { output, messages, exitCode } = await importFile(path, '--dry-run');
  expect(exitCode).toBe(1);
  expect(output).toEqual([
    '1 would be created, 1 exist and would be updated if they differ, 2 would be rejected, of 4 rows',
  ]);
  expect(messages).toEqual([
    'line 4, firstName: firstName is required for a new customer. (REQUIRED)',
    expect.stringMatching(/^line 5, email: /),
    'Nothing was written. What the store itself refuses shows only when it is written.',
  ]);
  expect(writes()).toBe(before);
  expect(await isThere(`${path}.journal`)).toBe(false);
});

describe('nothing is lost or doubled', () => {
  const manyRows = (count: number) =>
    `email,firstName,lastName\n${Array.from({ length: count }, (_, i) => `row-${i}@example.org,Row,Number ${i}\n`).join('')}`;
  const created = () =>
    sandbox.ledger.list().filter(({ kind, change }) => kind === 'customer' && change === 'created').length;

  /** The command in a process of its own, in a shell that runs a line before. */
  function startImport(path: string, before = ':') {
    const line = `${before}; exec "$0" src/main.ts import "$1" --url "$2"`;
    const child = spawn('sh', ['-c', line, process.execPath, path, gateway.url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    const ended = once(child, 'close').then(() => ({ ...texts, exitCode: child.exitCode }));
    return { child, ended };
  }

  test('if SIGTERM or SIGINT ends it after the batch in flight', async () => {
    const path = await put('many.csv', manyRows(200));
    sandbox.faults.set([{ operations: ['createCustomers'], fault: { kind: 'latency', ms: 150 } }]);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const before = await readFile(`${path}.journal`, 'utf8').catch(() => '{}\n');
      const { child, ended } = startImport(path);
      while ((await readFile(`${path}.journal`, 'utf8').catch(() => '')).length <= before.length)
        await new Promise((next) => setTimeout(next, 10));
      child.kill(signal);
      const { stdout, stderr, exitCode } = await ended;
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^\d+ created, .* of 200 rows\n/);
      expect(stderr).toMatch(new RegExp(`${signal}: ending with the batch in flight`));
      expect(stderr).toMatch(/rows are left: repeat the same command to go on/);
      // What is written is noted.
      expect(created()).toBe((await readFile(`${path}.journal`, 'utf8')).split('CREATED').length - 1);
    }
    sandbox.faults.clear();
    expect((await importFile(path)).output).toEqual([
      '200 created, 0 updated, 0 unchanged, 0 incomplete, 0 rejected, of 200 rows',
      expect.stringMatching(/^\d+ of them by earlier runs$/),
    ]);
    expect(created()).toBe(200);
  });

  test('if the disk is full', async () => {
    const path = await put('many.csv', manyRows(300));
    // A limit on the length of a file: more than the journal begins with, less than it needs.
    const { stderr, exitCode } = await startImport(path, 'ulimit -f 8').ended;
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/\.journal cannot be written \(\w+\), .*repeat the same command/),
    ]);
    expect((await importFile(path)).output[0]).toMatch(/ 0 rejected, of 300 rows$/);
    expect(created()).toBe(300);
  });

  test('if the store loses responses', async () => {
    sandbox.faults.set([
      { operations: ['createCustomers'], calls: [1, 3], fault: { kind: 'cut', when: 'after-commit' } },
      { operations: ['createCustomers'], calls: [2, 5], fault: { kind: 'cut', when: 'before-commit' } },
    ]);
    const { output, exitCode } = await importFile(await put('many.csv', manyRows(60)));
    expect(output[0]).toMatch(/ 0 incomplete, 0 rejected, of 60 rows$/);
    expect(exitCode).toBe(0);
    const emails = Array.from({ length: 60 }, (_, i) => `row-${i}@example.org`);
    expect((await customersOf(emails)).length).toBe(60);
  });
});

describe('an import that cannot be done is refused in one line before anything is written', () => {
  test.each([
    ['an empty file', '', /is empty$/],
    ['blank lines', '\n\n', /is empty$/],
    ['the names of the columns alone', 'email,firstName\n', /has no rows$/],
    ['a customer in the first line', 'secret@example.org,Secret,Person\n', /no column that is known/],
    ['a column that is not known', 'email,fristName\nann@example.org,A\n', /^column 2, "fristName"/],
    [
      'an open quote',
      'email,notes\nann@example.org,"A\nben@example.org,B\n',
      /^line 2, column 2 \(notes\): /,
    ],
    [
      'another encoding',
      Buffer.from('email,notes\nann@example.org,Zo\xeb\n', 'latin1'),
      /^line 2, column 2 \(notes\), character 19: /,
    ],
    ['a NUL', 'email,notes\nann@example.org,A\0\n', /^line 2, column 2 \(notes\), character 18: a NUL/],
    [
      'an attribute that the store lacks',
      'email,attributes.Loyalty teer\nann@example.org,x\n',
      /^column attributes\.Loyalty teer: the store has no attribute of that name \(did you mean Loyalty tier\?\)$/,
    ],
  ])('for %s', async (_name, content, message) => {
    const path = await put('customers.csv', content);
    const { output, messages, exitCode } = await importFile(path);
    expect([exitCode, output]).toEqual([1, []]);
    expect(messages).toEqual([expect.stringMatching(message)]);
    expect(messages.join()).not.toMatch(/secret/i);
    expect(writes()).toBe(0);
    expect(await isThere(`${path}.journal`)).toBe(false);
  });

  test('for a delimiter that the file does not have', async () => {
    const path = await put('customers.csv', 'email;firstName\nann@example.org;A\n');
    for (const delimiter of ['comma', ',']) {
      const { messages } = await importFile(path, '--delimiter', delimiter);
      expect(messages).toEqual([expect.stringMatching(/try --delimiter semicolon$/)]);
    }
  });

  test('for what is no file', async () => {
    await mkdir(join(dir, 'folder.csv'));
    const other = await put('customers.list', 'PK');
    expect((await importFile(join(dir, 'folder.csv'))).messages).toEqual([
      expect.stringMatching(/is a directory$/),
    ]);
    expect((await importFile(join(dir, 'none.csv'))).messages).toEqual([
      expect.stringMatching(/does not exist$/),
    ]);
    expect((await importFile('-')).messages).toEqual([
      expect.stringMatching(/^standard input cannot be read again/),
    ]);
    expect((await importFile('/dev/zero', '--format', 'csv')).messages).toEqual(['/dev/zero is not a file']);
    expect((await importFile(other)).messages).toEqual([expect.stringMatching(/neither \.csv nor \.jsonl/)]);
  });

  test('for a mapping with problems, all at once', async () => {
    const mapping = await put('mapping.json', '{"columns":{"a":"emial","b":"frstName"}}');
    const { messages } = await importFile(await put('customers.csv', ROWS), '--mapping', mapping);
    expect(messages).toHaveLength(2);
  });

  test('for a gateway that does not answer', async () => {
    const { messages, exitCode } = await runArgs([
      'import',
      await put('customers.csv', ROWS),
      '--url',
      'http://127.0.0.1:1',
    ]);
    expect(exitCode).toBe(1);
    expect(messages).toEqual([
      expect.stringMatching(/^no gateway answers at http:\/\/127\.0\.0\.1:1\/graphql/),
    ]);
  });
});

describe('the journal', () => {
  const key = { version: 1, input: 'x', mapping: 'x', gateway: 'x' };

  test('of another file, or of another kind, is refused, and --restart forgets it', async () => {
    const path = await put('customers.csv', ROWS);
    for (const [content, message] of [
      [`${JSON.stringify(key)}\n`, /of an import that was not finished, and the file has changed since/],
      ['shopping list\n', /is not the journal of an import/],
      [`${JSON.stringify(key)}\n{"rows":[{"line":2}]}\n`, /is not the journal of an import/],
    ] as const) {
      await writeFile(`${path}.journal`, content);
      const { messages, exitCode } = await importFile(path);
      expect([exitCode, messages]).toEqual([1, [expect.stringMatching(message)]]);
      expect(await readFile(`${path}.journal`, 'utf8')).toBe(content);
    }
    expect(writes()).toBe(0);
    const { output } = await importFile(path, '--restart');
    expect(output).toEqual(['2 created, 0 updated, 0 unchanged, 0 incomplete, 0 rejected, of 2 rows']);
  });

  test('of a process that runs is refused, and that of one that was killed is taken over', async () => {
    const path = await put('customers.csv', ROWS);
    await writeFile(`${path}.journal.lock`, String(process.pid));
    const { messages, exitCode } = await importFile(path);
    expect([exitCode, messages]).toEqual([
      1,
      [expect.stringMatching(/^process \d+ imports this file already/)],
    ]);
    for (const pid of ['', '99999999', 'x']) {
      await writeFile(`${path}.journal.lock`, pid);
      expect((await importFile(path)).exitCode).toBe(0);
      expect(await isThere(`${path}.journal.lock`)).toBe(false);
    }
  });

  test('that cannot be written is refused before anything is written', async () => {
    const path = await put('customers.csv', ROWS);
    for (const journal of [join(dir, 'none', 'journal'), dir, '/dev/full']) {
      const { messages, exitCode } = await importFile(path, '--journal', journal);
      expect([exitCode, messages]).toEqual([
        1,
        [expect.stringMatching(/ cannot be used \([A-Z]+\): .*--journal$/)],
      ]);
    }
    expect(writes()).toBe(0);
  });
});

test.each(['xlsx', 'XLS', 'ods'])(
  'a workbook with the ending %s is refused, with what to do',
  async (ending) => {
    const { messages } = await importFile(await put(`customers.${ending}`, 'x'), '--format', 'csv');
    expect(messages).toEqual([
      expect.stringMatching(/is the workbook of a spreadsheet: save its sheet as CSV/),
    ]);
  },
);

test('names that no delimiter separates are refused, with the delimiters that there are', async () => {
  const { messages } = await importFile(await put('customers.csv', 'email:firstName\na@example.org:Ada\n'));
  expect(messages).toEqual([expect.stringMatching(/, with a comma, semicolon, tab or pipe between them; /)]);
});

test('a mapping that is no JSON is refused, and nothing of it is shown', async () => {
  const path = await put('customers.csv', ROWS);
  for (const [text, place] of [
    ['ada@example.org,Ada', ''],
    ['{"columns": {\n"Remark": ada@example.org}}', ''],
    ['{"columns": {\n"Remark" null}}', ': line 2, character 10 is unexpected'],
  ] as const) {
    const mapping = await put('mapping.json', text);
    const { messages } = await importFile(path, '--mapping', mapping);
    expect(messages).toEqual([`${mapping}: not valid JSON${place}`]);
  }
});

describe('a first line that names the delimiter', () => {
  const rows = 'email;firstName;lastName\r\nada@example.org;Ada;Byron, Countess\r\nx;A;B\r\n';

  test.each(['sep=;', '\ufeffsep=;', '"sep=;"', '\r\nSEP=;'])('%j is no row', async (line) => {
    const path = await put('customers.csv', `${line}\r\n${rows}`);
    const { output, messages } = await importFile(path);
    expect(output).toEqual(['1 created, 0 updated, 0 unchanged, 0 incomplete, 1 rejected, of 2 rows']);
    expect(messages.join('\n')).toContain(`line ${line.startsWith('\r') ? 5 : 4}`);
    expect((await customersOf(['ada@example.org']))[0]).toMatchObject({ last_name: 'Byron, Countess' });
  });

  test('is refused if no file can have that one', async () => {
    const { messages, exitCode } = await importFile(await put('customers.csv', 'sep=^\nemail^firstName\n'));
    expect([exitCode, messages]).toEqual([1, [expect.stringMatching(/names a delimiter that is none of/)]]);
    expect(writes()).toBe(0);
  });
});
