import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

// Prints the figures of docs/architecture.md: files per room, imports between rooms, long files and long functions.

const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 80;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ path: join('src', file), text: readFileSync(join('src', file), 'utf8') }));

/** The folder below `src`, or the file without its ending. */
function roomOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

/** The entry of a folder in which a file lies: a file without its ending, or a folder. Undefined if it lies elsewhere. */
function entryIn(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`)
    ? path
        .slice(folder.length + 1)
        .split('/')[0]
        ?.replace(/\.ts$/, '')
    : undefined;
}

/** The entries of a folder, and the pairs of which one imports the other. */
function importsIn(folder: string): {
  readonly entries: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
} {
  const entries = new Set<string>();
  const pairs = new Set<string>();
  for (const { path, text } of files) {
    const from = entryIn(folder, path);
    if (from === undefined) continue;
    entries.add(from);
    for (const [, target = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
      const to = entryIn(folder, join(path, '..', target));
      if (to !== undefined && to !== from) pairs.add(`${from} -> ${to}`);
    }
  }
  return { entries, pairs };
}

function ownImports(file: string): number {
  const text = files.find(({ path }) => path === file)?.text ?? '';
  return [...text.matchAll(/from '\.[^']+'/g)].length;
}

/** The number of entries on the longest way along the imports. Infinity if they have a cycle. */
function levelsOf({ entries, pairs }: ReturnType<typeof importsIn>): number {
  const edges = [...pairs].map((pair) => pair.split(' -> '));
  let level = new Map([...entries].map((entry) => [entry, 1]));
  for (let round = 0; round <= entries.size; round += 1) {
    const next = new Map(level);
    for (const [from = '', to = ''] of edges)
      next.set(from, Math.max(next.get(from) ?? 1, (level.get(to) ?? 1) + 1));
    if ([...next].every(([entry, value]) => level.get(entry) === value)) return Math.max(...level.values());
    level = next;
  }
  return Number.POSITIVE_INFINITY;
}

/** The folder with the most files of its own, without the sandbox. */
function fullestFolder(): string {
  const gateway = files.filter(({ path }) => !path.startsWith('src/sandbox/'));
  const [[folder, some] = ['', []]] = [...Map.groupBy(gateway, ({ path }) => dirname(path))].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  return `${folder} ${some.length}`;
}

function linesOf(text: string): number {
  return text.trimEnd().split('\n').length;
}

function importsBetweenRooms(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path, text } of files) {
    for (const [, target = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
      const [from, to] = [roomOf(path), roomOf(join(path, '..', target))];
      if (from !== to) counts.set(`${from} -> ${to}`, (counts.get(`${from} -> ${to}`) ?? 0) + 1);
    }
  }
  return counts;
}

function longFunctions(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const lines = source.getLineAndCharacterOfPosition(node.end).line - first + 1;
      if (lines > MAX_FUNCTION_LINES)
        found.push(`${path}:${first + 1} ${node.name?.getText() ?? ''} ${lines}`);
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

console.log('room: files, lines');
for (const [room, some] of Map.groupBy(files, ({ path }) => roomOf(path))) {
  const lines = some.reduce((sum, { text }) => sum + linesOf(text), 0);
  console.log(`  ${room}: ${some.length}, ${lines}`);
}
console.log('imports between rooms');
for (const [pair, count] of [...importsBetweenRooms()].toSorted()) console.log(`  ${pair}: ${count}`);
console.log('folder: entries, imports between them');
for (const folder of ['', '/server', '/rest', '/schema', '/access', '/governor', '/resolvers']) {
  const inside = importsIn(`src${folder}`);
  console.log(`  src${folder}: ${inside.entries.size}, ${inside.pairs.size}`);
}
console.log(`levels of src: ${levelsOf(importsIn('src'))}`);
console.log(`files: ${files.length}`);
console.log(`fullest folder of the gateway: ${fullestFolder()}`);
console.log(`imports of server/app.ts: ${ownImports('src/server/app.ts')}`);
console.log(`files over ${MAX_FILE_LINES} lines`);
for (const { path, text } of files)
  if (linesOf(text) > MAX_FILE_LINES) console.log(`  ${path} ${linesOf(text)}`);
console.log(`functions over ${MAX_FUNCTION_LINES} lines`);
for (const { path, text } of files) for (const found of longFunctions(path, text)) console.log(`  ${found}`);
