import { z } from 'zod';
import { type FieldErrors, Refusal } from './answers.ts';

/** Text of a bounded length. */
export function text(min: number, max: number) {
  const message = `length must be between ${min} and ${max}`;
  return z.string().min(min, message).max(max, message);
}

export const id = z.int32().positive('must be greater than 0');

/** What a form field holds: a list for checkboxes, a number, or text. */
export const formFieldInputs = z.array(
  z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.array(z.string())]) }),
);

/** Items of a bulk write: shape first, then their number, then their values. */
export function parseItems<Item extends z.ZodType>(
  body: unknown,
  item: Item,
  { failure, limit }: { readonly failure: string; readonly limit: number },
): z.output<Item>[] {
  if (Array.isArray(body) && limit > 0 && body.length > limit) {
    throw new Refusal(413, `The limit of ${limit} items in one call is exceeded.`);
  }
  return parseBody(body, z.array(item), failure);
}

/** A body that has to be as the schema says; else the vendor's 422, in one of its two styles. */
export function parseBody<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
  failure: string,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusalOf(body, result.error.issues, failure);
}

/** What is wrong with a value, in the words of the vendor's JSON reader; null when its shape is right. */
export function shapeProblem(body: unknown, issue: z.core.$ZodIssue): string | null {
  if (issue.path.length > 0 && valueAt(body, issue.path) === undefined) return 'error.path.missing';
  if (issue.code === 'invalid_union') return 'error.expected.jsstring';
  if (issue.code !== 'invalid_type') return null;
  return `error.expected.js${issue.expected === 'int' ? 'number' : issue.expected}`;
}

function refusalOf(body: unknown, issues: readonly z.core.$ZodIssue[], failure: string): Refusal {
  // A body that cannot be read at all is told before one whose values are wrong, and its keys carry no index.
  const misshapen = issues.filter((issue) => shapeProblem(body, issue) !== null);
  if (misshapen.length > 0) {
    const errors = ofFirstItem(misshapen).map((issue) => [
      pathText(withoutIndex(issue.path)) || 'obj',
      shapeProblem(body, issue) ?? '',
    ]);
    return new Refusal(422, 'JSON data is missing or invalid', Object.fromEntries(errors));
  }
  const errors = ofFirstItem(issues).map((issue) => [pathText(issue.path), issue.message]);
  return new Refusal(422, failure, Object.fromEntries(errors) as FieldErrors);
}

/** The store reports the first bad item and stays silent about the others. */
function ofFirstItem(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const first = issues[0]?.path[0];
  return typeof first === 'number' ? issues.filter((issue) => issue.path[0] === first) : issues;
}

function withoutIndex(path: readonly PropertyKey[]): readonly PropertyKey[] {
  return typeof path[0] === 'number' ? path.slice(1) : path;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, body);
}
