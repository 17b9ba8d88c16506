import type { SecretSource } from './secrets.ts';
import { openWatchedFile, type WatchedFileOptions } from './watched-file.ts';

export interface SourceOptions<T> extends Omit<WatchedFileOptions<T>, 'file'> {
  readonly source: SecretSource;
}

/** What a text means; if a file contains it, as the file was last valid. */
export type OpenedSource<T> = { readonly current: () => T } | { readonly problems: readonly string[] };

/** Opens a text, or the file that contains it, which is read again when it changes. Returns its problems if it is invalid. */
export async function openSource<T>({ source, ...watching }: SourceOptions<T>): Promise<OpenedSource<T>> {
  if ('text' in source) {
    const parsed = await watching.parse(source.text);
    return 'problems' in parsed ? parsed : { current: () => parsed.value };
  }
  const opened = await openWatchedFile({ ...watching, file: source.file });
  return 'problems' in opened ? opened : { current: opened.watched.current };
}
