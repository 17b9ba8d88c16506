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
  ['Unexpected String ', 'Unexpected String.'],
  ['Unexpected BlockString ', 'Unexpected BlockString.'],
  ['Unexpected Int ', 'Unexpected Int.'],
  ['Unexpected Float ', 'Unexpected Float.'],
  [' has invalid value ', ' has an invalid value.'],
];

/** Removes values from a message of graphql-js or Yoga, and shortens the names in it. */
export function redactValues(message: string): string {
  const text = message.slice(0, MAX_MESSAGE_LENGTH);
  const replaced = REPLACED.find(([start]) => text.startsWith(start));
  if (replaced !== undefined) return replaced[1];
  if (text.startsWith('Value "')) return redactBefore(message, '" does not exist in ', 'The value');
  for (const [marker, end] of VALUE_MARKERS) {
    const at = text.indexOf(marker);
    if (at >= 0) return shortenNames(text.slice(0, at)) + end;
  }
  return shortenNames(withoutRepresentation(text));
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

// `Int cannot represent non-integer value: "x"`
function withoutRepresentation(text: string): string {
  const at = text.indexOf('cannot represent ');
  const colon = at < 0 ? -1 : text.indexOf(':', at);
  return colon < 0 ? text : `${text.slice(0, colon)}.`;
}

function shortenNames(text: string): string {
  return text
    .split('"')
    .map((part, index) =>
      index % 2 === 1 && part.length > MAX_NAME_LENGTH ? `${part.slice(0, MAX_NAME_LENGTH)}…` : part,
    )
    .join('"');
}
