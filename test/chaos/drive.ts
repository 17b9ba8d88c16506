import type { Caller, Item, Kind, Outcome, World } from './world.ts';

/** An item that was submitted, and the result that its caller got; null where none came. */
export interface Submission {
  readonly kind: Kind;
  readonly item: Item;
  readonly result: Result | null;
}

export interface Result {
  readonly outcome: Outcome;
  readonly codes: readonly string[];
  /** The id in the result; null where it holds no record. */
  readonly entityId: number | null;
  /** The record in the result. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

/** Asks the gateway. Answers the data of a whole answer, null where none came. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of the answer follows from the text
export type Ask = (query: string, variables: object) => Promise<any>;

export interface DriveOptions {
  readonly world: World;
  readonly kinds: readonly Kind[];
  readonly ask: Ask;
  /** Whether to go on, told how many items were submitted. */
  readonly goesOn: (submitted: number) => boolean;
}

const SIZES = [1, 1, 2, 3, 5, 8, 10, 11, 20, 25, 30] as const;

/** Lets all callers write at once, each one mutation after the other. */
export async function drive({ world, kinds, ask, goesOn }: DriveOptions): Promise<Submission[]> {
  const submissions: Submission[] = [];
  let submitted = 0;

  async function work(caller: Caller): Promise<void> {
    while (goesOn(submitted)) {
      const kind = chosen(kinds, caller);
      const items = itemsOf(kind, world, caller);
      if (items.length === 0) continue;
      submitted += items.length;
      const data = await ask(documentOf(kind), { input: { [kind.list]: items.map(({ input }) => input) } });
      const results: readonly unknown[] = data?.[kind.mutation]?.results ?? [];
      items.forEach((item, index) => {
        const result = results[index] ? readResult(kind, results[index]) : null;
        takeNote(kind, item, result);
        submissions.push({ kind, item, result });
      });
    }
  }

  await Promise.all(world.callers.map(work));
  return submissions;
}

function chosen(kinds: readonly Kind[], { chance }: Caller): Kind {
  const tickets = kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));
  const [first, ...others] = tickets;
  if (!first) throw new Error('there is no kind of write');
  return chance.pick([first, ...others]);
}

function itemsOf(kind: Kind, world: World, caller: Caller): Item[] {
  const size = caller.chance.pick([...SIZES]);
  return Array.from({ length: size }, () => kind.make(world, caller)).filter((item) => item !== null);
}

function documentOf({ mutation, selection }: Kind): string {
  const input = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const type =
    mutation === 'deleteCustomers' || /^delete.*(Addresses|Definitions)$/.test(mutation)
      ? 'DeleteInput'
      : input;
  return `mutation ($input: ${type}!) { ${mutation}(input: $input) { results { outcome errors { code } ${selection} } } }`;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape of a result follows from its kind
function readResult({ record: name }: Kind, result: any): Result {
  const record = name === null ? result : result[name];
  return {
    outcome: result.outcome,
    codes: result.errors.map(({ code }: { code: string }) => code),
    entityId: record?.entityId ?? null,
    record,
  };
}

function takeNote(kind: Kind, item: Item, result: Result | null): void {
  if (result === null || result.outcome === 'UNKNOWN') item.doubted();
  else if (result.outcome === kind.outcome) item.done(result.entityId ?? 0);
  else item.undone?.();
}
