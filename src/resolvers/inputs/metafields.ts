import { badInput } from '../../errors.ts';
import { MAX_METAFIELD_NAME_LENGTH } from '../../rest/limits.ts';
import { assertNoCommas, valueProblem } from './filters.ts';
import { parseEntityId, parseSafeId } from './ids.ts';
import { hasLength } from './validation.ts';

/** Namespaces and keys of metafields. */
export interface NamesArguments {
  readonly namespaces?: readonly string[] | null | undefined;
  readonly keys?: readonly string[] | null | undefined;
}

/** The customer of metafields. `resourceId` is the same id without a limit of 32 bits. */
export interface OwnerArguments {
  readonly customerEntityId?: number | null | undefined;
  readonly resourceId?: number | null | undefined;
}

/** The customer that the arguments name, or null for none. @throws GatewayError BAD_USER_INPUT */
export function parseOwner({ customerEntityId, resourceId }: OwnerArguments): number | null {
  if (typeof resourceId === 'number') {
    if (typeof customerEntityId === 'number')
      throw badInput('resourceId', 'cannot be combined with customerEntityId.');
    return parseSafeId(resourceId, 'resourceId');
  }
  return typeof customerEntityId === 'number' ? parseEntityId(customerEntityId, 'customerEntityId') : null;
}

/** A condition on names: one of several, or one, which can contain a comma. Both are combined with AND. */
export function parseNameFilter(
  name: string | null | undefined,
  names: readonly string[] | null | undefined,
  argument: 'namespace' | 'key',
): readonly string[] | undefined {
  const several = parseNames(names, `filter.${argument}s`);
  if (typeof name === 'string') {
    assertName(name, `filter.${argument}`);
    return several === undefined || several.includes(name) ? [name] : [];
  }
  return several;
}

/** The store can filter by one name with a comma, but not by several. @throws GatewayError BAD_USER_INPUT */
export function assertListable(names: readonly string[] | undefined, argument: string): void {
  if (names !== undefined && names.length > 1) assertNoCommas(names, argument);
}

/** The distinct names of a list. @throws GatewayError BAD_USER_INPUT */
export function parseNames(
  names: readonly string[] | null | undefined,
  argument: string,
): readonly string[] | undefined {
  if (!names) return undefined;
  for (const name of names) assertName(name, argument);
  return [...new Set(names)];
}

/** @throws GatewayError BAD_USER_INPUT if the store cannot have a metafield with this name */
export function assertName(name: string, argument: string): void {
  const problem = nameProblem(name);
  if (problem !== null) throw badInput(argument, problem);
}

/** Why the store cannot have a metafield with this name. Null if it can. */
export function nameProblem(name: string): string | null {
  if (hasLength(name, MAX_METAFIELD_NAME_LENGTH + 1))
    return `is longer than ${MAX_METAFIELD_NAME_LENGTH} characters, the maximum that the store supports.`;
  return valueProblem(name);
}
