import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

/** The result of a dependency-cruiser run over `src/`. */
export interface ImportReport {
  /** One line per violation: `rule: from -> to`. */
  readonly violations: readonly string[];
  /** TypeScript files that dependency-cruiser did not read, and whose violations it therefore misses. */
  readonly unread: readonly string[];
}

/** Checks the imports below `root/src` against the rules of `.dependency-cruiser.cjs`. */
export async function checkImports(root: string): Promise<ImportReport> {
  const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
  const { output } = await cruise(['src'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser returned a report instead of a result');
  return { violations: formatViolations(output), unread: findUnread(output, root) };
}

function formatViolations({ summary }: ICruiseResult): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

function findUnread({ modules }: ICruiseResult, root: string): string[] {
  const read = new Set(modules.map((module) => module.source));
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file))
    .filter((file) => !read.has(file));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { violations, unread } = await checkImports(process.cwd());
  for (const violation of violations) console.error(violation);
  for (const file of unread) console.error(`not read by dependency-cruiser: ${file}`);
  if (violations.length + unread.length > 0) process.exit(1);
  console.log('imports: every file read, no violation');
}
