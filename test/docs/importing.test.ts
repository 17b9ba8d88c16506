import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runArgs } from '../cli/support/run-line.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { fencesOf } from './pages.ts';
import { commandsOf } from './shell.ts';

test('docs/importing.md shows a file, a mapping and the commands that import it', async () => {
  const fences = fencesOf('docs/importing.md');
  const block = (language: string) => fences.find((each) => each.language === language)?.code ?? '';
  const dir = await tempDir();
  await writeFile(join(dir, 'customers.csv'), `${block('text')}\n`);
  await writeFile(join(dir, 'mapping.json'), block('json'));
  const gateway = await startGatewayProcess({});
  try {
    const outputs: string[] = [];
    for (const { words } of commandsOf(block('sh'))) {
      const args = words.slice(1).map((word) => (/\.(csv|json)$/.test(word) ? join(dir, word) : word));
      const { output, exitCode } = await runArgs([...args, '--url', gateway.url]);
      expect(exitCode).toBe(0);
      outputs.push(...output);
    }
    expect(outputs).toEqual([
      '2 would be created, 0 exist and would be updated if they differ, 0 would be rejected, of 2 rows',
      '2 created, 0 updated, 0 unchanged, 0 incomplete, 0 rejected, of 2 rows',
    ]);
  } finally {
    await gateway.stop();
  }
});
