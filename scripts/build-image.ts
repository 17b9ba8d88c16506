import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assembleImage } from './image/assemble.ts';

// `npm run image`: builds what the image would hold, without a container engine, and prints the compressed size of its parts.

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'image-'));
try {
  const { root } = await assembleImage('Containerfile', folder);
  const archive = join(folder, 'image.tar.gz');
  for (const part of ['usr/local/bin', 'app/node_modules', 'app/dist', '.']) {
    await run('tar', ['-czf', archive, '-C', root, part]);
    const megabytes = ((await stat(archive)).size / 1e6).toFixed(1);
    console.log(`${megabytes.padStart(6)} MB  ${part === '.' ? 'in all' : part}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
