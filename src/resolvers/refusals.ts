import type { GatewayError } from '../errors.ts';
import type { Problem, WriteErrorCode } from './write-results.ts';

/** A refusal as the store words it. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly error: GatewayError;
}

/** Whom a refusal blames: items by their place in the call. Those that it does not name are not thereby cleared. */
export type Blame = ReadonlyMap<number, Problem>;

const NOBODY: Blame = new Map();

/** Reads whom a refusal names: `0.email` is a field of the first item, and a text may quote the e-mail address of one. */
export function blameOf(
  { status, body, error }: Refusal,
  mentions: (index: number, text: string) => boolean,
  size: number,
): Blame {
  if (size === 1) return new Map([[0, onlyProblem({ status, body, error })]]);
  const blame = new Map<number, Problem>();
  for (const [key, text] of entriesOf(body)) {
    const [, index, field] = /^(\d+)(?:\.(.+))?$/.exec(key) ?? [];
    if (index !== undefined && Number(index) < size) {
      blame.set(Number(index), {
        code: codeOf(text, status),
        message: messageOf(error, text),
        field: camel(field),
      });
    }
  }
  if (blame.size > 0) return blame;
  const texts = entriesOf(body).map(([, text]) => text);
  const named = Array.from({ length: size }, (_, index) => index).filter((index) =>
    texts.some((text) => mentions(index, text)),
  );
  const [text = ''] = texts;
  return named.length === 0
    ? NOBODY
    : new Map(
        named.map((index) => [
          index,
          { code: codeOf(text, status), message: messageOf(error, text), field: fieldOf(text) },
        ]),
      );
}

/** Why the only item of a call was refused. */
function onlyProblem({ status, body, error }: Refusal): Problem {
  const [first] = entriesOf(body);
  const [key = '', text = ''] = first ?? [];
  const field = /^\d+\.(.+)$/.exec(key)?.[1];
  return {
    code: codeOf(`${text} ${error.details.title ?? ''}`, status),
    message: messageOf(error, text),
    field: camel(field) ?? fieldOf(text),
    retryAfterMs: error.details.retryAfterMs,
  };
}

/** A refusal that concerns the whole call and no item in it: the token, the quota. Null for any other. */
export function wholeProblem({ status, error }: Refusal): Problem | null {
  const { message, details } = error;
  if (status === 401 || status === 403) return { code: 'FORBIDDEN', message, field: null };
  if (status === 429)
    return { code: 'RATE_LIMITED', message, field: null, retryAfterMs: details.retryAfterMs };
  return null;
}

/** Whether the store took offence at the number of items, which is no verdict on any of them. */
export function isTooMany({ status, error }: Refusal): boolean {
  return status === 413 || (status === 422 && /max batch size/i.test(error.details.title ?? ''));
}

// `errors` is an object of texts, or nothing, or a list of such answers.
function entriesOf(body: unknown): [key: string, text: string][] {
  if (typeof body !== 'object' || body === null) return [];
  const { errors } = body as { errors?: unknown };
  if (Array.isArray(errors)) return errors.flatMap(entriesOf);
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : []));
}

// The order matters: "already in use" says more than "invalid".
const WORDS: readonly (readonly [RegExp, WriteErrorCode])[] = [
  [/already (in use|exist|taken)|duplicate|not unique/i, 'TAKEN'],
  [/invalid (customer|address|attribute|metafield)?\s*id|not found|does ?n.t exist|no such/i, 'NOT_FOUND'],
  [/limit|too many|maximum (number|of)|exceed/i, 'LIMIT_EXCEEDED'],
  [/required|missing|must not be (empty|blank)/i, 'REQUIRED'],
  [/invalid|not valid|must be|should be|expected|too (long|short)|length|format/i, 'INVALID'],
];

function codeOf(text: string, status: number): WriteErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'TAKEN';
  if (status === 507) return 'LIMIT_EXCEEDED';
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'REJECTED';
}

// What the store quotes may be anyone's: only its title, which was made safe, and its own words are passed on.
function messageOf(error: GatewayError, text: string): string {
  const words = text.replaceAll(/\S+@\S+/g, '…').replaceAll(/"[^"]*"|'[^']*'/g, '…');
  const reason = words === '' ? (error.details.title ?? `status ${error.details.status}`) : words;
  return `The store refused it: ${reason.replace(/[.\s]+$/, '').slice(0, 200)}.`;
}

function fieldOf(text: string): string | null {
  return /\be-?mail\b/i.test(text) ? 'email' : null;
}

function camel(field: string | undefined): string | null {
  return field?.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) ?? null;
}
