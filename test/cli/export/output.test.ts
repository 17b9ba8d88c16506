import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOutput, outputTo } from '../../../src/cli/export/output.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('a full disk is an error', async () => {
  await using handle = await open('/dev/full', 'w');
  await expect(outputTo(handle, 0).append(Buffer.from('a page'))).rejects.toMatchObject({ code: 'ENOSPC' });
});

test('a page that cannot be written to its end leaves the file with the pages before it', async () => {
  const file = join(await tempDir(), 'customers.jsonl');
  await using handle = await open(file, 'w');
  let free = 10;
  const small = new Proxy(handle, {
    get(target, name) {
      if (name !== 'write') return Reflect.get(target, name).bind(target);
      return async (page: Buffer, offset: number, length: number, position: number) => {
        if (free === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
        const part = Math.min(free, length);
        free -= part;
        return target.write(page, offset, part, position);
      };
    },
  });
  const output = outputTo(small, 0);
  await output.append(Buffer.from('page 1\n'));
  await expect(output.append(Buffer.from('page 2\n'))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect([output.bytes(), await readFile(file, 'utf8')]).toEqual([7, 'page 1\n']);
});

test('a file is readable by its owner alone from its creation on, whatever the umask', async () => {
  const file = join(await tempDir(), 'customers.jsonl');
  const before = process.umask(0);
  try {
    const output = await createOutput(file);
    await output.close();
  } finally {
    process.umask(before);
  }
  await using handle = await open(file);
  expect((await handle.stat()).mode & 0o777).toBe(0o600);
});
