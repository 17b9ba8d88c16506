import { type FileLock, lockFile } from '../../../src/cli/file-lock.ts';

// A process that locks the file of its argument, or releases it, when it is told to.

let lock: FileLock | null = null;

process.on('message', async (order) => {
  if (order === 'lock') lock = lockFile(process.argv[2] ?? '', 'tests this file');
  else if (lock !== null && 'release' in lock) await lock.release();
  process.send?.(order === 'lock' && lock !== null && 'release' in lock ? 'has it' : 'has it not');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
