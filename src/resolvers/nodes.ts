import type { Caller } from '../access/caller.ts';
import type { Context } from '../context.ts';
import type { MetafieldSelection } from '../loaders/metafield-selection.ts';
import { foreignId, parseGlobalId, toGlobalId } from './inputs/ids.ts';

export type NodeContext = Pick<Context, 'loaders' | 'caller' | 'shopperAttributes'>;

/** A record with a global id. */
export interface Node {
  /** Name of its type in the schema. */
  readonly nodeType: string;
}

/** What the operation selects of the nodes that it asks for. */
export interface NodeSelection {
  /** The optional parts of records of these types. */
  includes<P extends string>(...types: readonly string[]): ReadonlySet<P>;
  /** The metafields of those nodes that are customers. They cost calls, so those of other customers do not count. */
  readonly metafields: readonly MetafieldSelection[];
}

/** Describes the records of one type: how they are identified, who may read them and how they are found. */
export interface NodeKind<R extends Node = Node> {
  readonly type: R['nodeType'];
  /** Number of ids in a global id. */
  readonly idCount: number;
  /** Whether these ids can exceed 32 bits. @default false */
  readonly hasSafeIds?: boolean;
  /** The ids of a record, in the order of its global id. */
  idsOf(record: R): readonly number[];
  /** Checks the caller's permission before the record is read. @throws GatewayError FORBIDDEN */
  authorize(caller: Caller, ids: readonly number[]): void;
  /** Reads a record. Null if the store does not have it. */
  find(ctx: NodeContext, ids: readonly number[], selection: NodeSelection): Promise<R | null>;
}

/** Returns the kind of a type. Undefined if there is no such type, or if its records have no global id. */
export type NodeKindOf = (type: string) => NodeKind | undefined;

/** The record with a global id. Null if the store no longer has it. @throws GatewayError BAD_USER_INPUT, FORBIDDEN */
export async function nodeBy(
  ctx: NodeContext,
  kindOf: NodeKindOf,
  id: string,
  selection: NodeSelection,
  argument = 'id',
): Promise<Node | null> {
  const { kind, ids } = parseNodeId(kindOf, id, argument);
  kind.authorize(ctx.caller, ids);
  return kind.find(ctx, ids, selection);
}

/** The records with these global ids, in the same order. Each fails on its own. */
export function nodesBy(
  ctx: NodeContext,
  kindOf: NodeKindOf,
  ids: readonly string[],
  selection: NodeSelection,
): Promise<Node | null>[] {
  return ids.map((id, index) => nodeBy(ctx, kindOf, id, selection, `ids.${index}`));
}

/** The kind and the ids of a global id. @throws GatewayError BAD_USER_INPUT */
export function parseNodeId(
  kindOf: NodeKindOf,
  id: string,
  argument: string,
): { readonly kind: NodeKind; readonly ids: readonly number[] } {
  const { type, ids } = parseGlobalId(id, argument, (each) => kindOf(each)?.hasSafeIds ?? false);
  const kind = kindOf(type);
  if (kind?.idCount !== ids.length) throw foreignId(argument);
  return { kind, ids };
}

/** The global id of a record. */
export function globalIdOf(kindOf: NodeKindOf, record: Node): string {
  return toGlobalId(record.nodeType, ...(kindOf(record.nodeType)?.idsOf(record) ?? []));
}
