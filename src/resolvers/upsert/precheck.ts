import { checkText } from '../inputs/validation.ts';
import type { AttributeReference, FoundAttribute } from '../writes/attribute-names.ts';
import type { WriteError } from '../writes/results.ts';
import { checkDrafts } from './check.ts';
import { type CustomerUpsert, createDraft } from './draft.ts';
import { pathInItem } from './paths.ts';

/**
 * What the gateway refuses of an item that is matched by e-mail address, as far as that shows without the store. Paths start in
 * the item.
 */
export function findErrors(item: CustomerUpsert): readonly Pick<WriteError, 'code' | 'message' | 'path'>[] {
  const draft = createDraft(item, 0, anyAttribute());
  checkDrafts({ writes: { shownFailure: (failure) => failure } }, [draft], 'EMAIL');
  return [
    ...(draft.settled?.errors ?? []),
    ...draft.parts.flatMap((part) =>
      (part.settled?.errors ?? []).map((error) => ({ ...error, path: pathInItem(part, error.path) })),
    ),
  ];
}

/** Takes every attribute for one of the store. Each name is another one. */
function anyAttribute(): (reference: AttributeReference) => FoundAttribute {
  const names = new Map<string, number>();
  return ({ attributeEntityId, attributeName }) => {
    if (typeof attributeName !== 'string') return { attributeEntityId: attributeEntityId ?? 0, errors: [] };
    const id = names.get(attributeName) ?? names.size + 1;
    names.set(attributeName, id);
    return { attributeEntityId: id, errors: checkText('attributeName', attributeName, 1, 255) };
  };
}
