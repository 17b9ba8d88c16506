// Imports customers.csv: first as a dry run, then really. The gateway and its key are in GATEWAY_URL and GATEWAY_KEY.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

const REJECTS = 'customers.rejects.csv';

rmSync(REJECTS, { force: true });
gfbc('import', 'customers.csv', '--mapping', 'mapping.json', '--dry-run');
gfbc('import', 'customers.csv', '--mapping', 'mapping.json');
if (existsSync(REJECTS)) console.log(`\n${REJECTS}:\n${readFileSync(REJECTS, 'utf8')}`);

/** Runs the program of this repository. Where the package is installed, `npx gfbc` is the same. */
function gfbc(...args) {
  console.log(`\n$ gfbc ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['../../src/main.ts', ...args], { stdio: 'inherit' });
  // 1: rows were rejected.
  if (status !== 0 && status !== 1) process.exit(1);
}
