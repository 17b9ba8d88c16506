import { isKind, type Part, type PartKind } from './draft.ts';

/** The field of an item that has the parts of each kind. */
const FIELDS: Readonly<Record<PartKind, string>> = {
  ADDRESS: 'addresses',
  ATTRIBUTE: 'attributes',
  FORM_FIELD: 'formFields',
  CONSENT: 'consent',
  METAFIELD: 'metafields',
  ADDRESS_REMOVAL: 'replaceAddresses',
};

/** The path within an item of an error within a part. */
export function pathInItem(part: Part, path: readonly string[]): readonly string[] {
  const { kind, index } = part;
  return [FIELDS[kind], ...(index === null ? [] : [String(index)]), ...pathInInput(part, path)];
}

/** An error about the id of an attribute points to its name, if the input has that. */
function pathInInput(part: Part, path: readonly string[]): readonly string[] {
  const isNamed = isKind(part, 'ATTRIBUTE') && typeof part.input.attributeName === 'string';
  return isNamed && path[0] === 'attributeEntityId' ? ['attributeName'] : path;
}
