import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { checkWords } from '../../scripts/check-words.ts';
import { tempDir } from '../support/temp-dir.ts';

it('finds a listed phrase with its file, line and plain wording', async () => {
  const root = await tempDir();
  for (const [file, text] of [
    ['src/a.ts', "// Ten at the most.\nexport const a = 'fine';\n"],
    ['docs/b.md', 'Plain text.\n'],
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'schema.graphql'].map((name) => [
      name,
      '',
    ]),
  ] as [string, string][]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  expect(checkWords(root)).toEqual(['src/a.ts:1: "at the most": at most, at least']);
});
