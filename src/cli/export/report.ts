import { errorCode } from '../../access/files/guarded-file.ts';
import { GatewayFailure } from '../../client/index.ts';
import { type CommandResult, failure } from '../command-result.ts';
import { printable } from '../printable.ts';
import type { RemoteGateway } from '../remote-gateway.ts';
import type { Journal, Progress } from './journal.ts';
import type { ExportSettings } from './parts.ts';

/** How far an export has come. */
export interface Outcome {
  readonly progress: Progress;
  /** Why it is not complete. Null if it is. */
  readonly problem: string | null;
}

/** What the command says of an export that has ended. */
export function report(
  { file, settings }: { readonly file: string; readonly settings: ExportSettings },
  { header: { omitted }, progress: before }: Journal,
  { progress: { customers, bytes, truncated }, problem }: Outcome,
): CommandResult {
  const written = `${customers} ${customers === 1 ? 'customer is' : 'customers are'} in ${file}`;
  const data = {
    ...{ file, format: settings.format, customers, bytes },
    isComplete: problem === null,
    resumedAfter: before.customers,
    omittedFormFields: omitted,
    customersWithMoreAddresses: truncated,
  };
  if (problem !== null)
    return {
      ...failure(problem, `${written}: run the same command again to go on after them`),
      data: { ...data, problem },
    };
  const names = printable(omitted.join(', '));
  const missing = names === '' ? [] : [`CSV has no columns for the form fields ${names}: JSONL has them`];
  const lost =
    truncated === 0
      ? []
      : [
          `customers with more than ${settings.addressColumns} addresses, which the file lacks: ${truncated}; raise --address-columns, or export JSONL`,
        ];
  return { output: [], messages: [written, ...missing, ...lost], failed: lost.length > 0, data };
}

/** Why an export cannot begin or go on. @throws the error if it is neither of the gateway nor of a file */
export function problemOf(
  { gateway, file }: { readonly gateway: Pick<RemoteGateway, 'explain'>; readonly file: string },
  error: unknown,
): string {
  if (!(error instanceof GatewayFailure)) return fileProblem(file, error);
  const isTooLarge = error.code === 'OPERATION_TOO_EXPENSIVE' || error.code === 'RESPONSE_TOO_LARGE';
  return `${gateway.explain(error)}${isTooLarge ? ' A smaller --page-size costs less.' : ''}`;
}

function fileProblem(file: string, error: unknown): string {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  const code = errorCode(error);
  if (code === 'ENOENT') return `the folder of ${file} does not exist`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${file} cannot be written: no space is left (${code})`;
  return `${file} cannot be written (${code})`;
}
