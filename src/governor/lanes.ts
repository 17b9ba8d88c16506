/** Whose calls to the store go first. Someone waits for an interactive one; nobody waits for a bulk one. */
export type Lane = 'interactive' | 'standard' | 'bulk';
