import type { GraphQLEnumType } from 'graphql';
import { z } from 'zod';
import { schema } from '../../schema/index.ts';
import { nearest } from '../choices.ts';
import { readText } from '../read-text.ts';
import { jsonProblem } from './json-problem.ts';
import { KNOWN_NAMES, type Target, targetOf } from './targets.ts';

/** How a column becomes part of a customer. */
export interface ColumnRule {
  readonly target: Target;
  /** What an empty cell does: leave the field as it is, or clear it. */
  readonly empty: 'keep' | 'clear';
  /** What a form field holds. */
  readonly as: 'text' | 'number' | 'choices';
  /** Between the items of a list in one cell. */
  readonly separator: string;
  readonly permissionSet: string | null;
}

/** The rules of a mapping file, by the names of columns. Null is for a column that is not imported. */
export type Mapping = ReadonlyMap<string, ColumnRule | null>;

export const NO_MAPPING: Mapping = new Map();

const PERMISSION_SETS = (schema.getType('MetafieldPermissionSet') as GraphQLEnumType)
  .getValues()
  .map(({ name }) => name);

const entry = z.union(
  [
    z.null(),
    z.string(),
    z.strictObject({
      to: z.string({ error: 'is missing: it names the field' }),
      empty: z.enum(['keep', 'clear'], { error: 'is not one of: keep, clear' }).optional(),
      as: z.enum(['text', 'number', 'choices'], { error: 'is not one of: text, number, choices' }).optional(),
      separator: z.string({ error: 'is not a text' }).min(1, 'is empty').optional(),
      permissionSet: z
        .enum(PERMISSION_SETS, { error: `is not one of: ${PERMISSION_SETS.join(', ')}` })
        .optional(),
    }),
  ],
  { error: 'is no field, no object with the field "to", and not null' },
);
const file = z.strictObject({ columns: z.record(z.string(), entry, { error: 'is not an object' }) });

type Entry = Exclude<z.infer<typeof entry>, null>;

/** The rule of a column that fills a target, without a mapping. */
export function defaultRule(target: Target): ColumnRule {
  return { target, empty: 'keep', as: 'text', separator: '|', permissionSet: null };
}

/** Reads a mapping file. Returns all its problems if there are any. */
export async function readMapping(
  path: string,
): Promise<{ readonly mapping: Mapping } | { readonly problems: readonly string[] }> {
  const content = await readText(path);
  if ('problem' in content) return { problems: [content.problem] };
  const parsed = parseMapping(content.text);
  return 'problems' in parsed
    ? { problems: parsed.problems.map((problem) => `${path}: ${problem}`) }
    : parsed;
}

export function parseMapping(
  text: string,
): { readonly mapping: Mapping } | { readonly problems: readonly string[] } {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\u{feff}/u, ''));
  } catch (error) {
    return { problems: [jsonProblem(error)] };
  }
  const parsed = file.safeParse(content);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(issueLines);
  if (!parsed.success) return { problems };
  const mapping = new Map<string, ColumnRule | null>();
  for (const [column, given] of Object.entries(parsed.data.columns)) {
    const rule = given === null ? null : ruleOf(given);
    if (typeof rule === 'string') problems.push(`columns.${column} ${rule}`);
    else mapping.set(column, rule);
  }
  return problems.length > 0 ? { problems } : { mapping };
}

/** The rule, or what is wrong with it. */
function ruleOf(given: Entry): ColumnRule | string {
  const { to, ...options } = typeof given === 'string' ? { to: given } : given;
  const target = targetOf(to);
  if (target === null) {
    const near = nearest(to, KNOWN_NAMES);
    return `names no field of a customer${near === null ? '' : ` (did you mean ${near}?)`}`;
  }
  const isFormField = target.kind === 'formField' || target.kind === 'addressFormField';
  if (options.as !== undefined && !isFormField) return 'has "as", which only a form field has';
  if (options.permissionSet !== undefined && target.kind !== 'metafield')
    return 'has "permissionSet", which only a metafield has';
  if (options.empty === 'clear' && !isFormField && target.kind !== 'field')
    return 'has "empty": "clear", which only a field of the customer and a form field have';
  const { empty = 'keep', as = 'text', separator = '|', permissionSet = null } = options;
  return { target, empty, as, separator, permissionSet };
}

type Issue = z.core.$ZodIssue;

/** One line per problem, with the place in the file. */
function issueLines(issue: Issue): readonly string[] {
  // The branch that the user meant is the object: the others fail at the whole.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find((issues) =>
      issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    );
    if (inner !== undefined)
      return inner.flatMap((each) => issueLines({ ...each, path: [...issue.path, ...each.path] }));
  }
  const place = issue.path.length === 0 ? 'the file' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${place} has the unknown field "${key}"${suggestion(key, issue.path)}`);
  if (issue.code === 'invalid_type' && issue.path.length === 0) return ['the file is no JSON object'];
  return [`${place} ${issue.message}`];
}

function suggestion(key: string, path: readonly PropertyKey[]): string {
  const near = nearest(
    key,
    path.length === 0 ? ['columns'] : ['to', 'empty', 'as', 'separator', 'permissionSet'],
  );
  return near === null ? '' : ` (did you mean "${near}"?)`;
}
