/** An HTTP response, before fault injection. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export type FieldErrors = Readonly<Record<string, string>>;

/** Thrown by a handler to reject a request. Becomes the vendor's error body. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: FieldErrors;

  constructor(status: number, title: string, errors: FieldErrors = {}) {
    super(title);
    this.name = 'ApiError';
    this.status = status;
    this.errors = errors;
  }
}

const statusPage = 'https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes';

export function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

export function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain', body };
}

export const noContent: Answer = { status: 204, contentType: null, body: '' };

/** The usual envelope: one record or a list of records, with metadata. */
export function envelope(data: unknown, meta: unknown = {}): Answer {
  return json(200, { data, meta });
}

/** The error body of most operations. */
export function problem(status: number, title: string, errors: FieldErrors = {}): Answer {
  return json(status, { status, title, type: statusPage, errors });
}

/** The body of a 404. Unlike other errors it has no `errors`. */
export function missing(title: string): Answer {
  return json(404, { status: 404, title, type: statusPage });
}

/** The body of a 400 for a malformed request, explained in `detail`. */
export function malformed(title: string, detail: string): Answer {
  return json(400, { status: 400, title, type: statusPage, detail });
}
