import type { Task } from './time-slices.ts';

/** Fields that may be null in a response that is too large, by response name. */
export interface OptionalFields {
  readonly isOptional: boolean;
  readonly children: ReadonlyMap<string, OptionalFields>;
}

/** Bytes that may still be written. Several values can share it. */
export interface ByteBudget {
  remaining: number;
}

export interface WriteJsonOptions {
  /** The size of what is written is taken from it. */
  readonly budget: ByteBudget;
  readonly task: Task;
  /** Optional fields are written as null if they do not fit; nothing else counts. @default null: the whole value counts */
  readonly optionalFields?: OptionalFields | null;
}

export interface WrittenJson {
  /** Null if the value is larger than the budget. */
  readonly text: string | null;
  /** Paths of the optional fields that did not fit. */
  readonly omitted: readonly (readonly (string | number)[])[];
}

/** An object or a list that is being written. */
interface Level {
  readonly container: Readonly<Record<string | number, unknown>>;
  /** Null for a list. */
  readonly keys: readonly string[] | null;
  readonly length: number;
  readonly optional: OptionalFields | null;
  index: number;
  isEmpty: boolean;
}

/** Weight up to which a value is written in one go, which takes less than a millisecond. */
const MAX_SHORT_WEIGHT = 65_536;
/** Weight of each value besides its characters. */
const VALUE_WEIGHT = 8;
/** Characters that are written between two looks at the clock and at the size. */
const MAX_PART_LENGTH = 16_384;

/**
 * Writes a value as JSON, in time slices. Stops as soon as the budget is used up: `JSON.stringify` would hold the event
 * loop, and can exhaust the memory.
 */
export async function writeJson(value: unknown, options: WriteJsonOptions): Promise<WrittenJson> {
  const { budget, task, optionalFields = null } = options;
  const levels: Level[] = [];
  const parts: string[] = [];
  const omitted: (string | number)[][] = [];
  let part = '';
  /** An optional field that is to be written next. */
  let pending: object | null = null;

  function endPart(): void {
    parts.push(part);
    budget.remaining -= Buffer.byteLength(part);
    part = '';
  }

  function begin(item: unknown, optional: OptionalFields | null): void {
    if (optional?.isOptional && isContainer(item)) {
      pending = item;
    } else if (!isContainer(item) || (optional === null && isShort(item))) {
      part += JSON.stringify(item) ?? 'null';
    } else {
      part += Array.isArray(item) ? '[' : '{';
      levels.push(levelOf(item, optional));
    }
  }

  async function writeOptional(item: object): Promise<void> {
    endPart();
    const own = { remaining: budget.remaining };
    const { text } = await writeJson(item, { budget: own, task });
    if (text === null) omitted.push(levels.map(({ keys, index }) => keys?.[index - 1] ?? index - 1));
    part = text ?? 'null';
  }

  /** Writes the next value of the innermost object or list, or its end. */
  function advance(level: Level): void {
    const { container, keys, length, optional } = level;
    if (level.index === length) {
      part += keys === null ? ']' : '}';
      levels.pop();
      return;
    }
    const key = keys === null ? level.index : (keys[level.index] ?? '');
    level.index += 1;
    const item = container[key];
    if (item === undefined && keys !== null) return;
    if (!level.isEmpty) part += ',';
    level.isEmpty = false;
    if (keys !== null) part += `${JSON.stringify(key)}:`;
    begin(item, keys === null ? optional : (optional?.children.get(String(key)) ?? null));
  }

  begin(value, optionalFields);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    advance(level);
    if (pending !== null) {
      await writeOptional(pending);
      pending = null;
    }
    if (part.length < MAX_PART_LENGTH) continue;
    endPart();
    if (optionalFields === null && budget.remaining < 0) return { text: null, omitted };
    if (task.isOver()) await task.nextSlice();
  }
  endPart();
  const isTooLarge = optionalFields === null && budget.remaining < 0;
  return { text: isTooLarge ? null : parts.join(''), omitted };
}

function levelOf(container: object, optional: OptionalFields | null): Level {
  const keys = Array.isArray(container) ? null : Object.keys(container);
  const length = keys?.length ?? (container as readonly unknown[]).length;
  return {
    container: container as Readonly<Record<string | number, unknown>>,
    keys,
    length,
    optional,
    index: 0,
    isEmpty: true,
  };
}

function isContainer(item: unknown): item is object {
  return typeof item === 'object' && item !== null && !('toJSON' in item);
}

/** Whether a value is written in no time. Reads no more of a longer one. */
function isShort(value: unknown): boolean {
  return weightLeft(value, MAX_SHORT_WEIGHT) >= 0;
}

/** What is left of a weight after that of a value. Negative if the value is heavier. */
function weightLeft(value: unknown, weight: number): number {
  let left = weight - VALUE_WEIGHT;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = weightLeft(item, left);
      if (left < 0) return left;
    }
    return left;
  }
  for (const key in value) {
    left = weightLeft((value as Readonly<Record<string, unknown>>)[key], left - key.length);
    if (left < 0) return left;
  }
  return left;
}
