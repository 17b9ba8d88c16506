import assert from 'node:assert/strict';
import { readFile, rm, stat } from 'node:fs/promises';
import { runExample } from './example.ts';

/** Runs the two commands of the example. Returns what is wrong with its output and its file of rejects. */
export async function importList(): Promise<readonly string[]> {
  const rejects = 'examples/import-csv/customers.rejects.csv';
  try {
    const { code, output } = await runExample('import-csv');
    assert.equal(code, 0, output);
    assert.match(output, /^3 would be created, 0 exist .*, 3 would be rejected, of 6 rows$/m);
    assert.match(output, /^3 created, 0 updated, 0 unchanged, 0 incomplete, 3 rejected, of 6 rows$/m);
    const [, ...lines] = (await readFile(rejects, 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(';').slice(0, 3).join(' ')),
      ['5 INVALID E-Mail', '6 INVALID Land', '7 REPEATED E-Mail'],
    );
    assert.equal((await stat(rejects)).mode & 0o077, 0);
    return [];
  } catch (error) {
    return [String(error)];
  } finally {
    await rm(rejects, { force: true });
  }
}
