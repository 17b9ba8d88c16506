import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import type { FieldFinder } from '../documents/field-finder.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { SharedExecution, SharedExecutions, SharingKey } from './shared-executions.ts';

export interface SharingOptions {
  /** Whether a document selects something of the caller itself. */
  readonly selectsOfCaller: FieldFinder;
  /** Whether a document selects something that must run for each caller, such as what is recorded in the audit log. */
  readonly mustRun: FieldFinder;
  /** Whether each response reports the cost of its own operation. */
  readonly reportCost: boolean;
}

/** Which requests may share one execution: those with one body, of callers who are allowed the same. */
export interface Sharing {
  /** The key under which an operation is offered to others. Null if its answer belongs to one request. */
  keyFor(caller: Caller | undefined, operation: PreparedOperation, bodyText: string): SharingKey | null;
  /** An execution that answers this body for this caller. */
  find<T>(executions: SharedExecutions<T>, caller: Caller, bodyText: string): SharedExecution<T> | null;
}

/** Longer bodies are not compared, in characters. */
const MAX_LENGTH = 10_000;

export function createSharing({ selectsOfCaller, mustRun, reportCost }: SharingOptions): Sharing {
  const classes = new WeakMap<Caller, string>();

  /** What decides the answers that a caller gets, besides the operation. Shoppers share with themselves only. */
  function classOf(caller: Caller): string {
    const known = classes.get(caller);
    if (known !== undefined) return known;
    const { kind, lane, scopes, name } = caller;
    const found = kind === 'shopper' ? `shopper ${name}` : `${kind} ${lane} ${[...scopes].sort().join()}`;
    classes.set(caller, found);
    return found;
  }

  const ownKey = ({ name }: Caller, bodyText: string) => ({ bodyText, callers: `caller ${name}` });
  const classKey = (caller: Caller, bodyText: string) => ({ bodyText, callers: classOf(caller) });

  return {
    keyFor(caller = ANONYMOUS, { document, hasExtensions }, bodyText) {
      if (reportCost || hasExtensions || bodyText.length > MAX_LENGTH || mustRun(document)) return null;
      return selectsOfCaller(document) ? ownKey(caller, bodyText) : classKey(caller, bodyText);
    },
    find(executions, caller, bodyText) {
      if (reportCost || bodyText.length > MAX_LENGTH) return null;
      return executions.find(classKey(caller, bodyText)) ?? executions.find(ownKey(caller, bodyText));
    },
  };
}
