import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/access/caller.ts';
import { createKeyLookup, parseKeys } from '../../src/access/keys/api-keys.ts';
import { parseTokenKeys } from '../../src/access/shoppers/token-keys.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runLine } from './support/run-line.ts';

async function inTempDir() {
  const dir = await tempDir();
  const file = join(dir, 'keys.json');
  return {
    dir,
    file,
    async run(line: string) {
      const withFile = /^(create|list|revoke)/.test(line) ? `${line} --file ${file}` : line;
      const { output, messages, exitCode } = await runLine(`keys ${withFile}`);
      return { output, messages, failed: exitCode !== 0, exitCode };
    },
    async find(key = '') {
      const parsed = parseKeys(await readFile(file, 'utf8'), file);
      return 'keys' in parsed ? createKeyLookup(parsed.keys)(key) : null;
    },
  };
}

test('creates a key, prints it, and stores only its hash in a file readable by the owner alone', async () => {
  const { dir, file, run, find } = await inTempDir();
  const { output, failed } = await run(
    'create --name shop --scopes customers:read,settings:read --lane interactive --calls-per-minute 600',
  );
  expect(failed).toBe(false);
  const [key = ''] = output;
  expect(await find(key)).toMatchObject({
    name: 'shop',
    scopes: new Set(['customers:read', 'settings:read']),
    lane: 'interactive',
    callsPerMinute: 600,
  });
  expect(await readFile(file, 'utf8')).not.toContain(key);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['keys.json']);
});

test('lists and revokes keys', async () => {
  const { run, find } = await inTempDir();
  const [shop] = (await run('create --name shop --scopes customers:read')).output;
  const [sync] = (await run('create --name sync --scopes customers:write --lane bulk')).output;
  expect((await run('list')).output).toEqual([
    expect.stringMatching(/^shop\tcustomers:read\tstandard\tunlimited\t\d{4}-/),
    expect.stringMatching(/^sync\tcustomers:write\tbulk\tunlimited\t\d{4}-/),
  ]);
  expect((await run('revoke shop')).failed).toBe(false);
  expect([await find(shop), (await find(sync))?.name]).toEqual([null, 'sync']);
});

test('the help of `create` lists the scopes and the lanes', async () => {
  const { run } = await inTempDir();
  const { output, exitCode } = await run('create --help');
  expect(exitCode).toBe(0);
  for (const word of [...SCOPES, 'interactive', 'standard', 'bulk'])
    expect(output.join('\n')).toContain(word);
});

test('lists keys as JSON', async () => {
  const { run } = await inTempDir();
  await run('create --name shop --scopes customers:read --calls-per-minute 60');
  const { output } = await run('list --json');
  expect(JSON.parse(output.join('\n'))).toEqual([
    {
      name: 'shop',
      scopes: ['customers:read'],
      lane: 'standard',
      callsPerMinute: 60,
      createdAt: expect.stringMatching(/^\d{4}-/),
    },
  ]);
});

test('prints a new key and a revoked name as JSON', async () => {
  const { file, run, find } = await inTempDir();
  const created = await run('create --name shop --scopes customers:read --json');
  const { key, ...facts } = JSON.parse(created.output.join('\n'));
  expect((await find(key))?.name).toBe('shop');
  expect(facts).toEqual({
    name: 'shop',
    scopes: ['customers:read'],
    lane: 'standard',
    callsPerMinute: null,
    createdAt: expect.stringMatching(/^\d{4}-/),
    file,
  });
  const revoked = await run('revoke shop --json');
  expect(JSON.parse(revoked.output.join('\n'))).toEqual({ name: 'shop', file });
  const { keys } = JSON.parse((await run('shopper-key --json')).output.join('\n'));
  expect(Object.keys(await parseTokenKeys('SHOPPER_TOKEN_KEYS', keys))).toEqual(['value']);
});

test('stores every key that concurrent commands report as created', async () => {
  const { run } = await inTempDir();
  const created = await Promise.all(
    Array.from({ length: 8 }, (_, i) => run(`create --name key${i} --scopes customers:read`)),
  );
  const kept = created.flatMap(({ failed }, i) => (failed ? [] : [`key${i}`]));
  const listed = (await run('list')).output.map((line) => line.split('\t')[0]);
  expect(listed.toSorted()).toEqual(kept.toSorted());
  expect(kept.length).toBeGreaterThan(0);
});

describe('changes nothing', () => {
  test.each<[string, string]>([
    [
      'create --name shop --scopes customers:read --calls-per-minute many',
      'key: callsPerMinute is not a whole number',
    ],
    [
      'create --name a/b --scopes customers:read',
      'key: name is not a name: up to 64 letters, digits, dots, dashes and underscores',
    ],
  ])('on %s', async (line, message) => {
    const { dir, run } = await inTempDir();
    expect(await run(line)).toMatchObject({ output: [], messages: [message], exitCode: 2 });
    expect(await readdir(dir)).toEqual([]);
  });

  test.each<[string, string]>([
    ['create --name shop --scopes customers:reed', `Allowed choices are ${SCOPES.join(', ')}.`],
    ['create --name shop --scopes ,', 'Allowed choices are'],
    [
      'create --name shop --scopes customers:read --lane fast',
      'Allowed choices are interactive, standard, bulk.',
    ],
    ['create --name shop', "required option '--scopes <scopes>' not specified"],
    ['create', "required option '--name <name>' not specified"],
    ['list --nome shop', "unknown option '--nome'"],
    ['revoke', "missing required argument 'name'"],
    ['revoke shop sync', 'too many arguments'],
    ['rotate', "unknown command 'rotate'"],
  ])('on %s', async (line, message) => {
    const { dir, run } = await inTempDir();
    const { output, messages, exitCode } = await run(line);
    expect([output, exitCode]).toEqual([[], 2]);
    expect(messages[0]).toContain(message);
    expect(await readdir(dir)).toEqual([]);
  });

  test('if the name to create exists, or the name to revoke does not', async () => {
    const { file, run } = await inTempDir();
    await run('create --name shop --scopes customers:read');
    const before = await readFile(file, 'utf8');
    const again = await run('create --name shop --scopes customers:write');
    expect(again.messages).toEqual([`${file} already contains a key of that name: revoke it first`]);
    expect((await run('revoke sync')).messages).toEqual([`${file} contains no key of that name`]);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('if the file is not a key file, or another process is updating it', async () => {
    const { file, run } = await inTempDir();
    await writeFile(file, 'my shopping list');
    expect((await run('create --name shop --scopes customers:read')).messages).toEqual([
      `${file} is not JSON`,
    ]);
    expect(await readFile(file, 'utf8')).toBe('my shopping list');
    await writeFile(`${file}.new`, '');
    expect((await run('revoke shop')).messages[0]).toMatch(/another process is updating the keys/);
    expect(await readFile(`${file}.new`, 'utf8')).toBe('');
  });
});

test.each([
  'shopper',
  'shopper --customer x',
  'shopper --customer 0',
  'shopper --customer 3 --channel 0',
  'shopper --customer 3 --name shop',
  'shopper-key --customer 3',
  'create --name shop --scopes customers:read --customer 3',
])('refuses `%s`', async (line) => {
  const { run } = await inTempDir();
  const { output, exitCode } = await run(line);
  expect([exitCode, output]).toEqual([2, []]);
});
