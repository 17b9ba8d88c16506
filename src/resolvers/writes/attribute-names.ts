import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { CustomerAttributeDefinition } from '../../rest/records/attributes.ts';
import { checkId, checkText } from '../inputs/validation.ts';
import { type ItemError, notSentError, type WritePayload } from './results.ts';

/** Identifies an attribute in an input: by its id or by its name. */
export interface AttributeReference {
  /** 0 is the default in the schema, and the same as undefined. */
  readonly attributeEntityId?: number | null | undefined;
  readonly attributeName?: string | null | undefined;
}

/** The attribute that an input means. The id is 0 if there are errors. */
export interface FoundAttribute {
  readonly attributeEntityId: number;
  readonly errors: readonly ItemError[];
}

/** An item with the id of its attribute, and what is wrong with it. */
export type WithAttribute<I> = I & {
  readonly attributeEntityId: number;
  readonly attributeErrors: readonly ItemError[];
};

type NamesContext = Pick<Context, 'rest' | 'definitions' | 'callLog'>;

/**
 * Finds the attributes of a mutation. Names come from the cached definitions. At most one REST call reads these: if there
 * are none, or if a name is not among them, because the attribute can be new.
 * @returns finds the attribute of one of these references
 */
export async function findAttributes(
  ctx: NamesContext,
  references: readonly AttributeReference[],
): Promise<(reference: AttributeReference) => FoundAttribute> {
  const names = references.filter((each) => referenceErrors(each).length === 0).flatMap(nameIn);
  const known = names.length === 0 ? new Map() : await readNames(ctx, new Set(names));
  return (reference) => {
    const errors = referenceErrors(reference);
    if (errors.length > 0) return { attributeEntityId: 0, errors };
    const [name] = nameIn(reference);
    if (name === undefined) return { attributeEntityId: reference.attributeEntityId ?? 0, errors };
    if (known instanceof GatewayError) return { attributeEntityId: 0, errors: [notSentError(known)] };
    return idAmong(known.get(name) ?? []);
  };
}

/** Finds the attribute of each item of a list. */
export async function withAttributes<I extends AttributeReference>(
  ctx: NamesContext,
  items: readonly I[],
): Promise<readonly WithAttribute<I>[]> {
  const find = await findAttributes(ctx, items);
  return items.map((item) => withAttribute(item, find));
}

/** @param find what `findAttributes` returned */
export function withAttribute<I extends AttributeReference>(
  item: I,
  find: (reference: AttributeReference) => FoundAttribute,
): WithAttribute<I> {
  const { attributeEntityId, errors } = find(item);
  return { ...item, attributeEntityId, attributeErrors: errors };
}

/**
 * Makes errors about the id of an attribute point to its name, if the input has that.
 * @param input the input of the mutation
 */
export function withNamePaths<R>(payload: WritePayload<R>, input: object): WritePayload<R> {
  const pathOf = (path: readonly string[]) => {
    const parent = path.slice(0, -1);
    const isById = path.at(-1) !== 'attributeEntityId' || !hasName(input, parent);
    return isById ? path : [...parent, 'attributeName'];
  };
  return {
    ...payload,
    results: payload.results.map((result) => ({
      ...result,
      errors: result.errors.map((error) => ({ ...error, path: pathOf(error.path) })),
    })),
  };
}

/** Whether the object at a path of an input refers to an attribute by its name. */
function hasName(input: object, path: readonly string[]): boolean {
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : null;
  return typeof at(path.reduce(at, input), 'attributeName') === 'string';
}

function nameIn({ attributeName }: AttributeReference): readonly string[] {
  return typeof attributeName === 'string' ? [attributeName] : [];
}

/** What is wrong with a reference itself. It must have exactly one of its fields. */
function referenceErrors(reference: AttributeReference): ItemError[] {
  const { attributeEntityId: id, attributeName: name } = reference;
  const hasId = typeof id === 'number' && id !== 0;
  if (typeof name !== 'string') {
    return hasId ? checkId('attributeEntityId', id) : [MISSING];
  }
  return hasId ? [AMBIGUOUS_INPUT] : checkText('attributeName', name, 1, 255);
}

const MISSING: ItemError = {
  code: 'REQUIRED',
  field: 'attributeEntityId',
  message: 'attributeEntityId or attributeName is required.',
};

const AMBIGUOUS_INPUT: ItemError = {
  code: 'INVALID',
  field: 'attributeName',
  message: 'attributeName cannot be combined with attributeEntityId.',
};

/** The ids of the attributes with each name, or why they could not be read. */
type IdsByName = ReadonlyMap<string, readonly number[]>;

async function readNames(
  { rest, definitions, callLog }: NamesContext,
  names: ReadonlySet<string>,
): Promise<IdsByName | GatewayError> {
  const cached = definitions.get();
  const known = idsByName(cached ?? []);
  if (names.isSubsetOf(new Set(known.keys()))) {
    callLog.countCached();
    return known;
  }
  const store = definitions.startRead();
  try {
    const read = await rest.attributes.definitions();
    store(read);
    return idsByName(read);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

function idsByName(definitions: readonly CustomerAttributeDefinition[]): IdsByName {
  const groups = Map.groupBy(definitions, ({ name }) => name);
  return new Map([...groups].map(([name, some]) => [name, some.map(({ entityId }) => entityId)]));
}

function idAmong([id, ...others]: readonly number[]): FoundAttribute {
  if (id === undefined) return { attributeEntityId: 0, errors: [UNKNOWN_NAME] };
  if (others.length > 0) return { attributeEntityId: 0, errors: [SHARED_NAME] };
  return { attributeEntityId: id, errors: [] };
}

const UNKNOWN_NAME: ItemError = {
  code: 'NOT_FOUND',
  field: 'attributeName',
  message: 'The store has no attribute with this name.',
};

const SHARED_NAME: ItemError = {
  code: 'INVALID',
  field: 'attributeName',
  message:
    'Several attributes have this name. Give attributeEntityId instead, or rename one of the attributes.',
};
