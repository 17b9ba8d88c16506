import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Change } from '@graphql-inspector/core';
import {
  changesBetween,
  DECLARED_CHANGES,
  type DeclaredChange,
  declarationOf,
  RELEASED_SCHEMA,
  readDeclared,
  readSchemas,
  type SchemaChanges,
} from './schema-changes.ts';

// Writes the part of the changelog that is not released yet. With a version (`0.2.0`) it also releases it: the part gets the
// version as its title, and the present schema is what later changes are compared with.

const CHANGELOG = 'docs/schema-changelog.md';
const UNRELEASED = '## Unreleased';
const NEXT_SECTION = /\n## (?!Unreleased)/;

/** The changelog with this text in its unreleased part. @throws if it has none */
export function withUnreleased(changelog: string, text: string): string {
  const start = changelog.indexOf(UNRELEASED);
  if (start === -1) throw new Error(`${CHANGELOG} has no section ${UNRELEASED}`);
  const end = changelog.slice(start).search(NEXT_SECTION);
  const older = end === -1 ? '' : changelog.slice(start + end);
  return `${changelog.slice(0, start)}${UNRELEASED}\n\n${text}\n${older}`;
}

/** The changelog with its unreleased part released as this version. */
export function withRelease(changelog: string, version: string): string {
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\nNothing has changed.\n\n## ${version}`);
}

/** The changes as Markdown. */
export function describeChanges(
  { breaking, dangerous, harmless }: SchemaChanges,
  declared: readonly DeclaredChange[],
): string {
  const sections = [
    section('Breaking', breaking, (change) => declarationOf(change, declared)?.reason),
    section('New values, arguments and types that a client may have to know', dangerous),
    section('Added', harmless),
  ].filter((text) => text !== null);
  return sections.length === 0 ? 'Nothing has changed.' : sections.join('\n\n');
}

function section(
  title: string,
  changes: readonly Change[],
  reasonOf: (change: Change) => string | undefined = () => undefined,
): string | null {
  if (changes.length === 0) return null;
  const lines = changes.map((change) => {
    const reason = reasonOf(change);
    return `- ${asSentence(change.message)}${reason === undefined ? '' : ` ${reason}`}`;
  });
  return [`### ${title}`, '', ...lines].join('\n');
}

/** `Field 'notes' was removed from type 'Customer'` with its names as code. */
function asSentence(message: string): string {
  return `${message.replaceAll(/'([^']+)'/g, '`$1`').replace(/\.$/, '')}.`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { released, current } = readSchemas();
  const text = describeChanges(await changesBetween(released, current), readDeclared());
  const changelog = withUnreleased(readFileSync(CHANGELOG, 'utf8'), text);
  const [, , version] = process.argv;
  writeFileSync(CHANGELOG, version === undefined ? changelog : withRelease(changelog, version));
  if (version !== undefined) {
    copyFileSync('schema.graphql', RELEASED_SCHEMA);
    writeFileSync(DECLARED_CHANGES, '[]\n');
  }
}
