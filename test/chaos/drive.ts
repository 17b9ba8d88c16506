import { mutationDocument } from '../support/mutations.ts';
import type { Caller, Item, Kind, Outcome, World } from './world.ts';

/** An item that was submitted, and the result that its caller got. Null if there was none. */
export interface Submission {
  readonly kind: Kind;
  readonly item: Item;
  readonly result: Result | null;
}

export interface Result {
  readonly outcome: Outcome;
  readonly codes: readonly string[];
  /** The id in the result. Null if it has no record. */
  readonly entityId: number | null;
  /** The record in the result. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

/** Executes an operation. Resolves with the data of a complete response, or null if there was none. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the data depends on the query
export type Ask = (query: string, variables: object) => Promise<any>;

export interface DriveOptions {
  readonly world: World;
  readonly kinds: readonly Kind[];
  readonly ask: Ask;
  /** Whether to continue, given the number of items submitted so far. */
  readonly goesOn: (submitted: number) => boolean;
}

const SIZES = [1, 1, 2, 3, 5, 8, 10, 11, 20, 25, 30] as const;

/** Lets all callers write concurrently, each one mutation at a time. */
export async function drive({ world, kinds, ask, goesOn }: DriveOptions): Promise<Submission[]> {
  const submissions: Submission[] = [];
  let submitted = 0;

  async function work(caller: Caller): Promise<void> {
    while (goesOn(submitted)) {
      const kind = chosen(kinds, caller);
      const items = itemsOf(kind, world, caller);
      if (items.length === 0) continue;
      submitted += items.length;
      const answer = (
        await ask(mutationDocument(kind, `outcome errors { code } ${kind.selection}`), {
          input: inputOf(kind, items),
        })
      )?.[kind.mutation];
      const results: readonly unknown[] = kind.list === null ? [answer] : (answer?.results ?? []);
      items.forEach((item, index) => {
        const result = results[index] ? readResult(kind, results[index]) : null;
        const submission = { kind, item, result };
        takeNote(submission);
        submissions.push(submission);
      });
    }
  }

  await Promise.all(world.callers.map(work));
  return submissions;
}

function chosen(kinds: readonly Kind[], { chance }: Caller): Kind {
  const weighted = kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));
  const [first, ...others] = weighted;
  if (!first) throw new Error('there is no kind of write');
  return chance.pick([first, ...others]);
}

function itemsOf(kind: Kind, world: World, caller: Caller): Item[] {
  const size = kind.list === null ? 1 : caller.chance.pick([...SIZES]);
  return Array.from({ length: size }, () => kind.make(world, caller)).filter((item) => item !== null);
}

function inputOf({ list }: Kind, items: readonly Item[]): unknown {
  const inputs = items.map(({ input }) => input);
  return list === null ? inputs[0] : { [list]: inputs };
}

// biome-ignore lint/suspicious/noExplicitAny: the type of a result depends on the mutation
function readResult({ record: name }: Kind, result: any): Result {
  const record = name === null ? result : result[name];
  return {
    outcome: result.outcome,
    codes: result.errors.map(({ code }: { code: string }) => code),
    entityId: record?.entityId ?? null,
    record,
  };
}

const DONE: ReadonlySet<Outcome> = new Set(['CREATED', 'UPDATED', 'DELETED']);

function takeNote({ item, result }: Submission): void {
  if (result === null || result.outcome === 'UNKNOWN') item.doubted();
  else if (DONE.has(result.outcome)) item.done(result.entityId ?? 0);
  else item.undone?.();
}
