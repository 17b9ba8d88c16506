import { mutationDocument } from '../../support/mutations.ts';
import type {
  AnyMutationGenerator,
  Outcome,
  SimulatedCaller,
  SimulationState,
  WriteItem,
} from './simulation.ts';

/** An item that was submitted, and the result that its caller got. Null if there was none. */
export interface Submission {
  readonly kind: AnyMutationGenerator;
  readonly item: WriteItem;
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

/**
 * Executes an operation. Resolves with the data of a complete response, or null if there was none.
 *
 * @param customerId that of the shopper who sends it. Null for a backend
 */
// biome-ignore lint/suspicious/noExplicitAny: the type of the data depends on the query
export type Execute = (query: string, variables: object, customerId: number | null) => Promise<any>;

export interface DriveOptions {
  readonly world: SimulationState;
  readonly mutations: readonly AnyMutationGenerator[];
  readonly execute: Execute;
  /** Called with the milliseconds that each mutation took. */
  readonly onAnswer?: (mutation: string, ms: number) => void;
  /** Monotonic clock, in milliseconds. @default that of the process */
  readonly now?: () => number;
  /** Whether to continue, given the number of items submitted so far. */
  readonly shouldContinue: (submitted: number) => boolean;
}

const BATCH_SIZES = [1, 1, 2, 3, 5, 8, 10, 11, 20, 25, 30] as const;

/** Lets all callers write concurrently, each one mutation at a time. */
export async function submitWrites({
  world,
  mutations,
  execute,
  onAnswer = () => {},
  now = () => performance.now(),
  shouldContinue,
}: DriveOptions): Promise<Submission[]> {
  const submissions: Submission[] = [];
  let submitted = 0;

  async function work(caller: SimulatedCaller): Promise<void> {
    while (shouldContinue(submitted)) {
      const kind = pickWeighted(mutations, caller);
      const customerId = 'pickShopper' in kind ? kind.pickShopper(caller) : null;
      const items = itemsOf(kind, world, caller, customerId);
      if (items.length === 0) continue;
      submitted += items.length;
      const sentAt = now();
      const answer = (
        await execute(
          mutationDocument(kind, `outcome errors { code } ${kind.selection}`),
          { input: inputOf(kind, items) },
          customerId,
        )
      )?.[kind.mutation];
      onAnswer(kind.mutation, now() - sentAt);
      world.noteMutation(kind.mutation);
      const results: readonly unknown[] = kind.list === null ? [answer] : (answer?.results ?? []);
      items.forEach((item, index) => {
        for (const submission of submissionsOf(kind, item, results[index])) {
          updateState(submission);
          submissions.push(submission);
        }
      });
    }
  }

  await Promise.all(world.callers.map(work));
  return submissions;
}

function pickWeighted(
  kinds: readonly AnyMutationGenerator[],
  { chance }: SimulatedCaller,
): AnyMutationGenerator {
  const weighted = kinds.flatMap((kind) => Array<AnyMutationGenerator>(kind.weight).fill(kind));
  const [first, ...others] = weighted;
  if (!first) throw new Error('there is no kind of write');
  return chance.pick([first, ...others]);
}

function itemsOf(
  kind: AnyMutationGenerator,
  world: SimulationState,
  caller: SimulatedCaller,
  customerId: number | null,
): WriteItem[] {
  const size = kind.list === null ? 1 : caller.chance.pick([...BATCH_SIZES]);
  const generate = (): WriteItem | null => {
    if (!('pickShopper' in kind)) return kind.generate(world, caller);
    return customerId === null ? null : kind.generate(world, caller, customerId);
  };
  return Array.from({ length: size }, generate).filter((item) => item !== null);
}

function inputOf({ list, options }: AnyMutationGenerator, items: readonly WriteItem[]): unknown {
  const inputs = items.map(({ input }) => input);
  return list === null ? inputs[0] : { ...options, [list]: inputs };
}

/** The item with its result, and its parts with theirs. */
// biome-ignore lint/suspicious/noExplicitAny: the type of a result depends on the mutation
function submissionsOf(kind: AnyMutationGenerator, item: WriteItem, answer: any): Submission[] {
  const parts = (item.parts ?? []).map((part, index) => ({
    kind,
    item: part,
    result: answer ? readPart(answer.parts[index]) : null,
  }));
  return [{ kind, item, result: answer ? readResult(kind, answer) : null }, ...parts];
}

interface PartAnswer {
  readonly outcome: Outcome;
  readonly errors: readonly { readonly code: string }[];
  readonly recordId: number | null;
}

function readPart({ outcome, errors, recordId }: PartAnswer): Result {
  return { outcome, codes: errors.map(({ code }) => code), entityId: recordId, record: {} };
}

// biome-ignore lint/suspicious/noExplicitAny: the type of a result depends on the mutation
function readResult({ record: name }: AnyMutationGenerator, result: any): Result {
  const record = name === null ? result : result[name];
  return {
    outcome: result.outcome,
    codes: result.errors.map(({ code }: { code: string }) => code),
    entityId: record?.entityId ?? null,
    record,
  };
}

const DONE_OUTCOMES: ReadonlySet<Outcome> = new Set(['CREATED', 'UPDATED', 'DELETED']);

function updateState({ item, result }: Submission): void {
  if (result === null || result.outcome === 'UNKNOWN') item.onUnknown();
  else if (DONE_OUTCOMES.has(result.outcome)) item.onDone(result.entityId ?? 0);
  else item.onNotDone?.();
}
