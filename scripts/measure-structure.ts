import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
console.log(`files over ${MAX_FILE_LINES} lines`);
for (const { path, text } of files)
  if (linesOf(text) > MAX_FILE_LINES) console.log(`  ${path} ${linesOf(text)}`);
console.log(`functions over ${MAX_FUNCTION_LINES} lines`);
for (const { path, text } of files) for (const found of longFunctions(path, text)) console.log(`  ${found}`);
