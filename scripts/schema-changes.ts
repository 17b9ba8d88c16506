import { readFileSync } from 'node:fs';
import { type Change, CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';

/** The schema of the last release, and the breaking changes that the next release declares. */
export const RELEASED_SCHEMA = 'schema-changes/released.graphql';
export const DECLARED_CHANGES = 'schema-changes/declared.json';
const SCHEMA = 'schema.graphql';

/** A breaking change that was decided. */
export interface DeclaredChange {
  /** The kind of change as graphql-inspector names it: `FIELD_REMOVED`. */
  readonly type: string;
  /** What changes: `Customer.notes`. */
  readonly path: string;
  /** Why, and what clients use in its place. It becomes a line of the changelog. */
  readonly reason: string;
}

/** Changes of a schema, each once, in the order of their paths. */
export interface SchemaChanges {
  /** Some valid operations, or uses of their answers, are no longer valid. */
  readonly breaking: readonly Change[];
  /** Valid operations stay valid, but a client can meet what it does not know, such as a new enum value. */
  readonly dangerous: readonly Change[];
  readonly harmless: readonly Change[];
}

export async function changesBetween(
  released: GraphQLSchema,
  current: GraphQLSchema,
): Promise<SchemaChanges> {
  const changes = await diff(released, current, [
    DiffRule.ignoreDescriptionChanges,
    DiffRule.simplifyChanges,
  ]);
  const level = (wanted: CriticalityLevel) =>
    changes
      .filter(({ criticality }) => criticality.level === wanted)
      .toSorted((a, b) => (a.path ?? '').localeCompare(b.path ?? '', 'en'));
  return {
    breaking: level(CriticalityLevel.Breaking),
    dangerous: level(CriticalityLevel.Dangerous),
    harmless: level(CriticalityLevel.NonBreaking),
  };
}

/** What is wrong with the declarations: a breaking change without one, or one without a reason or a change. */
export function faultsOf(
  { breaking }: SchemaChanges,
  declared: readonly DeclaredChange[],
): readonly string[] {
  const undeclared = breaking
    .filter((change) => declarationOf(change, declared) === undefined)
    .map(
      ({ type, path, message }) => `${message}: declare ${type} ${path} in ${DECLARED_CHANGES}, or undo it`,
    );
  const stale = declared
    .filter((declaration) => !breaking.some((change) => declarationOf(change, [declaration])))
    .map(({ type, path }) => `${type} ${path} is declared, but the schema has no such change`);
  const silent = declared
    .filter(({ reason }) => reason.trim() === '')
    .map(({ type, path }) => `${type} ${path} has no reason`);
  return [...undeclared, ...stale, ...silent];
}

export function declarationOf(
  change: Change,
  declared: readonly DeclaredChange[],
): DeclaredChange | undefined {
  return declared.find(({ type, path }) => type === change.type && path === change.path);
}

export function readSchemas(): { readonly released: GraphQLSchema; readonly current: GraphQLSchema } {
  return { released: readSchema(RELEASED_SCHEMA), current: readSchema(SCHEMA) };
}

export function readDeclared(): readonly DeclaredChange[] {
  return JSON.parse(readFileSync(DECLARED_CHANGES, 'utf8'));
}

function readSchema(file: string): GraphQLSchema {
  return buildSchema(readFileSync(file, 'utf8'));
}
