/** One media range of an `Accept` header. */
export interface MediaRange {
  /** Type and subtype in lower case, without parameters. */
  readonly type: string;
  /** Parameters other than `q`, as `name=value` in lower case and without quotes. */
  readonly parameters: readonly string[];
  /** From 0 to 1. */
  readonly quality: number;
}

/** Parses an `Accept` header. Ranges are in the order of preference; ranges with `q=0` are last. */
export function parseAccept(header: string): readonly MediaRange[] {
  return header
    .split(',')
    .map(parseRange)
    .filter(({ type }) => type !== '')
    .toSorted((a, b) => b.quality - a.quality);
}

/** The ranges that the caller accepts, as a header for Yoga, which ignores `q`. */
export function formatAccept(ranges: readonly MediaRange[]): string {
  return ranges
    .filter(({ quality }) => quality > 0)
    .map(({ type, parameters }) => [type, ...parameters].join(';'))
    .join(', ');
}

/** Whether responses of a media type come in parts. */
export function isIncrementalType(type: string): boolean {
  return type.startsWith('multipart/mixed') || type.startsWith('text/event-stream');
}

function parseRange(range: string): MediaRange {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const normalized = parameters.map(normalizeParameter);
  const quality = normalized.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return {
    type,
    parameters: normalized.filter((parameter) => parameter !== '' && !parameter.startsWith('q=')),
    quality: qualityOf(quality),
  };
}

function normalizeParameter(parameter: string): string {
  const [name = '', value = ''] = parameter.split('=', 2);
  return parameter === '' ? '' : `${name.trim()}=${value.trim().replaceAll('"', '')}`;
}

// A malformed quality counts as 1, as if it had not been sent.
function qualityOf(text: string | undefined): number {
  const quality = text === undefined || text === '' ? 1 : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 1;
}
