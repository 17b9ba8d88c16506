/** An HTTP response, before fault injection. */
export interface ApiResponse {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export type FieldErrors = Readonly<Record<string, string>>;

/** Thrown by a handler to reject a request. Becomes the vendor's error body. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: FieldErrors;

  constructor(status: number, title: string, errors: FieldErrors = {}) {
    super(title);
    this.name = 'ApiError';
    this.status = status;
    this.errors = errors;
  }
}

/** The location of an invalid value in a request. */
export interface ErrorLocation {
  /** The title of the error. */
  readonly failure: string;
  /** The path of the value, or of the object that contains it, in the body. */
  readonly path: string;
}

const statusCodesUrl = 'https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes';

export function jsonResponse(status: number, body: unknown): ApiResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

export function textResponse(status: number, body: string): ApiResponse {
  return { status, contentType: 'text/plain', body };
}

export const noContent: ApiResponse = { status: 204, contentType: null, body: '' };

/** The usual envelope: one record or a list of records, with metadata. */
export function envelope(data: unknown, meta: unknown = {}): ApiResponse {
  return jsonResponse(200, { data, meta });
}

/** The error body of most operations. */
export function errorResponse(status: number, title: string, errors: FieldErrors = {}): ApiResponse {
  return jsonResponse(status, { status, title, type: statusCodesUrl, errors });
}

/** The body of a 404. Unlike other errors it has no `errors`. */
export function notFoundResponse(title: string): ApiResponse {
  return jsonResponse(404, { status: 404, title, type: statusCodesUrl });
}

/** The body of a 400 for a malformed request, explained in `detail`. */
export function badRequestResponse(title: string, detail: string): ApiResponse {
  return jsonResponse(400, { status: 400, title, type: statusCodesUrl, detail });
}
