import { z } from 'zod';
import { ApiError, type FieldErrors } from './responses.ts';

/** A string with a length from `min` to `max` characters (Unicode code points). */
export function boundedString(min: number, max: number) {
  return z.string().refine((value) => {
    const { length } = [...value];
    return length >= min && length <= max;
  }, `length must be between ${min} and ${max}`);
}

export const id = z.int32().positive('must be greater than 0');

/** Form field values: a list for checkboxes, a number, or a string. */
export const formFieldsSchema = z.array(
  z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.array(z.string())]) }),
);

/** Parses the items of a bulk write. Throws a 413 if there are more than `limit` (0 = unlimited), else as parseBody. */
export function parseItems<Item extends z.ZodType>(
  body: unknown,
  item: Item,
  { failure, limit }: { readonly failure: string; readonly limit: number },
): z.output<Item>[] {
  if (Array.isArray(body) && limit > 0 && body.length > limit) {
    throw new ApiError(413, `The limit of ${limit} items in one call is exceeded.`);
  }
  return parseBody(body, z.array(item), failure);
}

/** Parses a body. Throws the vendor's 422, in one of its two formats, if it does not match the schema. */
export function parseBody<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
  failure: string,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw toApiError(body, result.error.issues, failure);
}

/** The error code of the vendor's JSON parser for a value of the wrong type; null if the type is right. */
export function typeErrorCode(body: unknown, issue: z.core.$ZodIssue): string | null {
  if (issue.path.length > 0 && valueAt(body, issue.path) === undefined) return 'error.path.missing';
  if (issue.code === 'invalid_union') return 'error.expected.jsstring';
  if (issue.code !== 'invalid_type') return null;
  return `error.expected.js${issue.expected === 'int' ? 'number' : issue.expected}`;
}

function toApiError(body: unknown, issues: readonly z.core.$ZodIssue[], failure: string): ApiError {
  // Wrong types are reported before invalid values, and without the index of the item.
  const wrongTypes = issues.filter((issue) => typeErrorCode(body, issue) !== null);
  if (wrongTypes.length > 0) {
    const errors = firstItemIssues(wrongTypes).map((issue) => [
      formatPath(withoutIndex(issue.path)) || 'obj',
      typeErrorCode(body, issue) ?? '',
    ]);
    return new ApiError(422, 'JSON data is missing or invalid', Object.fromEntries(errors));
  }
  const errors = firstItemIssues(issues).map((issue) => [formatPath(issue.path), issue.message]);
  return new ApiError(422, failure, Object.fromEntries(errors) as FieldErrors);
}

/** The issues of the first invalid item. The store reports no others. */
function firstItemIssues(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const first = issues[0]?.path[0];
  return typeof first === 'number' ? issues.filter((issue) => issue.path[0] === first) : issues;
}

function withoutIndex(path: readonly PropertyKey[]): readonly PropertyKey[] {
  return typeof path[0] === 'number' ? path.slice(1) : path;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, body);
}
