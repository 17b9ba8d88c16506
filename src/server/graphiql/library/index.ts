import { insight } from './insight.ts';
import type { LibraryOperation, Theme } from './operation.ts';
import { reads } from './reads.ts';
import { records } from './records.ts';
import { writes } from './writes.ts';

/** The operations that GraphiQL offers, by theme. The page, its tests and the docs are made from it. */
export const library: readonly Theme[] = [...reads, ...records, ...writes, ...insight];

/** All operations of the library. */
export const libraryOperations: readonly LibraryOperation[] = library.flatMap(({ operations }) => operations);
