import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runArgs } from '../cli/support/run-line.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { fencesOf } from './pages.ts';
import { commandsOf } from './shell.ts';

test('docs/exporting.md shows the commands that write all customers to files', async () => {
  const block = fencesOf('docs/exporting.md').find(({ language }) => language === 'sh')?.code ?? '';
  const dir = await tempDir();
  const gateway = await startGatewayProcess({});
  try {
    for (const { words } of commandsOf(block)) {
      const args = words.slice(1).map((word) => (/\.(csv|jsonl)$/.test(word) ? join(dir, word) : word));
      const { messages, exitCode } = await runArgs([...args, '--url', gateway.url]);
      expect([exitCode, messages]).toEqual([0, [expect.stringMatching(/^2\d\d customers are in /)]]);
    }
  } finally {
    await gateway.stop();
  }
  const [first = ''] = (await readFile(join(dir, 'customers.jsonl'), 'utf8')).split('\n');
  expect(JSON.parse(first)).toHaveProperty('email');
  const [names = ''] = (await readFile(join(dir, 'customers.csv'), 'utf8')).split('\r\n');
  expect(names).toContain('attributes.Loyalty tier');
});
