import type { Json } from '../sandbox/support/store-client.ts';

/** The parts of an incremental response, each as soon as it arrives. */
export async function* readParts(response: Response): AsyncGenerator<Json> {
  const isMultipart = response.headers.get('content-type')?.startsWith('multipart/mixed') ?? false;
  const parse = isMultipart ? parseMultipart : parseEvents;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    const { parts, remainder } = parse(text + decoder.decode(chunk, { stream: true }));
    text = remainder;
    yield* parts;
  }
}

/** Reads the remaining parts. */
export async function readRest(parts: AsyncGenerator<Json>): Promise<Json[]> {
  const all: Json[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

interface Parsed {
  readonly parts: readonly Json[];
  /** The beginning of the next part. */
  readonly remainder: string;
}

// A part has a Content-Length, so it can be read before the boundary after it arrives.
function parseMultipart(text: string): Parsed {
  const parts: Json[] = [];
  let remainder = text;
  for (;;) {
    const header = /---\r\n(?:[\w-]+: [^\r]*\r\n)*?Content-Length: (\d+)\r\n\r\n/i.exec(remainder);
    if (header === null) return { parts, remainder };
    const bytes = Buffer.from(remainder.slice(header.index + header[0].length));
    const length = Number(header[1]);
    if (bytes.length < length) return { parts, remainder };
    parts.push(JSON.parse(bytes.subarray(0, length).toString()));
    remainder = bytes.subarray(length).toString();
  }
}

function parseEvents(text: string): Parsed {
  const all = text.split('\n\n');
  const remainder = all.pop() ?? '';
  const nexts = all.filter((event) => /^event: next$/m.test(event));
  return { parts: nexts.map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null')), remainder };
}

/** Merges the increments of a response into its first part, as a client does. */
export function mergeParts(parts: readonly Json[]): Json {
  const [first, ...others] = structuredClone(parts);
  const errors = [...(first.errors ?? [])];
  for (const increment of others.flatMap(({ incremental = [] }) => incremental)) {
    const { path, data, items = [] } = increment;
    errors.push(...(increment.errors ?? []));
    const holder = path.slice(0, -1).reduce((value: Json, key: string | number) => value[key], first.data);
    const last = path.at(-1);
    if (data) holder[last] = { ...holder[last], ...data };
    for (const [index, item] of items.entries()) holder[last + index] = item;
  }
  return { data: first.data, errors };
}
