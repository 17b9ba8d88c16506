import { parse, validate } from 'graphql';
import { schema } from '../../schema/index.ts';

const DOCUMENTS = 20;
const LOOKUPS = 100;

/**
 * Parses and validates documents, so that this code is optimised before the first request. Otherwise the first long
 * documents would hold the event loop for several times as long. Takes about 0.2 s.
 */
export function warmUpParser(): void {
  for (let i = 0; i < DOCUMENTS; i += 1) {
    const lookups = Array.from(
      { length: LOOKUPS },
      (_, k) =>
        `a${k}: customer(by: { entityId: ${k + 1} }) { ...Fields addresses(first: 1) { nodes { city } } }`,
    );
    const text = `query Q($id: Int!) { one: customer(by: { entityId: $id }) { id } ${lookups.join(' ')} } fragment Fields on Customer { entityId email }`;
    const [error] = validate(schema, parse(text));
    // An invalid document would not be validated in full.
    if (error !== undefined) throw error;
  }
}
