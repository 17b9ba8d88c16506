import { type GraphQLObjectType, getNamedType, isCompositeType } from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** Draws an integer, uniform in [0, below). */
export type RandomInteger = (below: number) => number;

/** A field of an operation, before it is printed. */
export interface SelectedField {
  /** The object type that it is selected on. */
  readonly type: string;
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: readonly SelectedField[];
}

/** Lists of records. */
const STREAMED: ReadonlySet<string> = new Set(['nodes', 'edges']);

export interface PrinterOptions {
  readonly root: 'Query' | 'Mutation';
  /** Whether fragments are deferred and lists of records streamed. */
  readonly isIncremental: boolean;
  /** Draws fields that are skipped. */
  readonly drawFields: (type: string) => readonly SelectedField[];
}

/** Prints fields: with aliases, fragments, directives, variables and skipped selections. */
export function createPrinter(draw: RandomInteger, { root, isIncremental, drawFields }: PrinterOptions) {
  const variables: Record<string, unknown> = { yes: true, no: false };
  const declared = ['$yes: Boolean!', '$no: Boolean!'];
  const fragments: string[] = [];
  let names = 0;
  const fresh = (letter: string) => {
    names += 1;
    return `${letter}${names}`;
  };

  function selection(fields: readonly SelectedField[], skips = true): string {
    const written = fields.map((field) => piece(field.type, one(field)));
    const decoy = skips && fields[0] && coinFlip(draw, 0.1) ? fields[0].type : null;
    const decoys = decoy === null ? [] : drawFields(decoy);
    const skipped = decoys.length === 0 ? '' : `... on ${decoy} @skip(if: $yes) ${selection(decoys, false)}`;
    return `{ __typename ${written.join(' ')} ${skipped} }`;
  }

  function piece(type: string, written: string): string {
    const way = draw(10);
    // The root fields of a mutation run in sequence, so they cannot be deferred.
    if (isIncremental && type !== 'Mutation' && way > 5) return `... on ${type} @defer { ${written} }`;
    if (way === 0) return `... on ${type} @include(if: $yes) { ${written} }`;
    if (way === 1) return `... on ${type} @skip(if: $no) { ${written} }`;
    if (way === 2) {
      const name = fresh('F');
      fragments.push(`fragment ${name} on ${type} { ${written} }`);
      return `...${name}`;
    }
    // On a level that mixes types a field is valid only on its own type.
    return `... on ${type} { ${written} }`;
  }

  function one({ type, field, args, selection: below }: SelectedField): string {
    const definition = (schema.getType(type) as GraphQLObjectType).getFields()[field];
    const given = Object.entries(args).map(([name, value]) => {
      // The names of enum values in an input are strings as variables only.
      if (name !== 'input' && coinFlip(draw, 0.5)) return `${name}: ${literal(value)}`;
      const variable = fresh('v');
      declared.push(`$${variable}: ${definition?.args.find((arg) => arg.name === name)?.type}`);
      variables[variable] = plain(value);
      return `${name}: $${variable}`;
    });
    const isOpen = definition !== undefined && isCompositeType(getNamedType(definition.type));
    const isStreamed = isIncremental && STREAMED.has(field) && coinFlip(draw, 0.4);
    const stream = isStreamed ? `@stream(initialCount: ${draw(3)})` : '';
    const passed = given.length > 0 ? `(${given.join(', ')})` : '';
    return `${fresh('a')}: ${field}${passed} ${stream} ${isOpen ? selection(below) : ''}`;
  }

  return {
    variables,
    operation(fields: readonly SelectedField[]): string {
      const body = selection(fields);
      // Unused variables are validation errors.
      const used = `... on ${root} @include(if: $yes) { __typename @skip(if: $no) }`;
      const kind = root.toLowerCase();
      return `${kind} (${declared.join(', ')}) { ${used} ... on ${root} ${body} } ${fragments.join(' ')}`;
    },
  };
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('enum' in value) return String(value.enum);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${literal(each)}`)
    .join(', ')} }`;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, each) =>
    typeof each === 'object' && each !== null && 'enum' in each ? each.enum : each,
  );
}

export function coinFlip(draw: RandomInteger, share: number): boolean {
  return draw(100) < share * 100;
}
