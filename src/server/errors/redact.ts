// Messages of graphql-js and Yoga quote what a caller sent, and that may be personal data. Names that stand in the document may be
// quoted; literals, values of variables and keys of variable objects may not. All functions take linear time.

/** Text beyond this length is not read: only names and values that a caller sent make a message longer. */
const MAX_MESSAGE_LENGTH = 1_000;
/** Longest name that a message quotes, in characters. */
const MAX_NAME_LENGTH = 100;

/** What a message begins with, and what it becomes. The rest is a value. */
const REPLACED: readonly (readonly [start: string, message: string])[] = [
  ['Unexpected parameter "', 'Unexpected parameter in the request body.'],
  ['Unknown operation named "', 'The document has no operation with this name.'],
];

/** Where a value begins in a message, and how the message ends instead. */
const VALUE_MARKERS: readonly (readonly [marker: string, end: string])[] = [
  [' got invalid value ', ' is invalid.'],
  [', found ', '.'],
  [' has invalid value ', ' has an invalid value.'],
];

const SYNTAX_ERROR = 'Syntax Error: ';

/** Removes values from a message of graphql-js or Yoga, and shortens the names in it. */
export function redactValues(message: string): string {
  const text = message.slice(0, MAX_MESSAGE_LENGTH);
  const replaced = REPLACED.find(([start]) => text.startsWith(start));
  if (replaced !== undefined) return replaced[1];
  if (text.startsWith('Value "')) return redactBefore(message, '" does not exist in ', 'The value');
  if (text.startsWith(SYNTAX_ERROR)) return SYNTAX_ERROR + redactSyntax(text.slice(SYNTAX_ERROR.length));
  return shortenNames(withoutOperationName(cutAtValue(text)));
}

/** Cuts a message where its value begins. The value may contain any of the markers too, so the first one counts. */
function cutAtValue(text: string): string {
  const cuts = VALUE_MARKERS.map(([marker, end]) => ({ at: text.indexOf(marker), end }));
  const [first] = [...cuts, representation(text)]
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at);
  return first === undefined ? text : text.slice(0, first.at) + first.end;
}

// `Int cannot represent non-integer value: "x"`
function representation(text: string): { readonly at: number; readonly end: string } {
  const at = text.indexOf(' cannot represent ');
  const colon = at < 0 ? -1 : text.indexOf(':', at);
  return { at: colon < 0 ? -1 : at, end: `${text.slice(at, colon)}.` };
}

/**
 * Keeps what the parser expected, and the kind of what it found. A name that stands where none may stand can be a value without
 * its quotation marks.
 */
function redactSyntax(text: string): string {
  const found = text.indexOf(', found ');
  if (found >= 0) return `${text.slice(0, found)}.`;
  // A punctuator. Names and values follow their kind: `Unexpected Name "x"`.
  if (text.startsWith('Unexpected "')) return text;
  const cuts = [': ', ' "'].map((marker) => text.indexOf(marker)).filter((at) => at >= 0);
  return cuts.length === 0 ? text : `${text.slice(0, Math.min(...cuts))}.`;
}

// `Variable "$x" is never used in operation "X".`
function withoutOperationName(text: string): string {
  const marker = ' operation "';
  const at = text.indexOf(marker);
  const end = at < 0 ? -1 : text.indexOf('"', at + marker.length);
  return end < 0 ? text : text.slice(0, at + marker.length - 2) + text.slice(end + 1);
}

/** Removes the key of a variable object from a message about an unknown field. */
export function redactKey(message: string): string {
  return message.startsWith('Field "') && message.includes(UNDEFINED)
    ? redactBefore(message, UNDEFINED, 'A field')
    : redactValues(message);
}

const UNDEFINED = '" is not defined by type ';

/** The text after the last marker is from the schema. What a caller sent may contain the marker too, but stands before it. */
function redactBefore(message: string, marker: string, subject: string): string {
  const at = message.lastIndexOf(marker);
  return at < 0 ? `${subject} is invalid.` : subject + message.slice(at + 1, at + MAX_MESSAGE_LENGTH);
}

function shortenNames(text: string): string {
  return text
    .split('"')
    .map((part, index) =>
      index % 2 === 1 && part.length > MAX_NAME_LENGTH ? `${part.slice(0, MAX_NAME_LENGTH)}…` : part,
    )
    .join('"');
}
