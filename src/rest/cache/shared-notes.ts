/** What the replicas know together of the store's changes. Each function rejects while they cannot share anything. */
export interface SharedNotes {
  /** Whether this replica is to do a task now. One replica is, once in this many milliseconds. */
  takeTurn(task: string, everyMs: number): Promise<boolean>;
  /** All values, by name. */
  read(): Promise<Readonly<Record<string, string>>>;
  write(values: Readonly<Record<string, string>>): Promise<void>;
  /** Sets a number, unless a greater one is there. */
  raise(name: string, value: number): Promise<void>;
  /** Records that a change of these customers was announced. @param at in Unix milliseconds */
  announce(customers: readonly Announced[], at: number): Promise<void>;
  /** When a change of each was last announced, in Unix milliseconds; 0 if that is not known. */
  announcedAt(customers: readonly Announced[]): Promise<readonly number[]>;
}

/** Milliseconds as a note has them. Null if the text is no such number: another program can have written it. */
export function parseMilliseconds(text: string | null | undefined): number | null {
  return typeof text === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** The id of a customer, or every one. */
export type Announced = number | 'everyone';
