import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import { parseReportRequest } from './cost/report.ts';
import { uniqueOperationNames } from './documents/operation-names.ts';
import { type TrustedDocuments, trustedDocuments } from './documents/trusted.ts';
import { validation } from './documents/validation.ts';
import type { Limits } from './limits/limits.ts';
import { sizeLimits } from './limits/plugin.ts';

/** What requests may contain, and what the gateway reveals about itself. */
export interface GuardOptions {
  readonly limits: Limits;
  /** Allows introspection queries, and errors that suggest names from the schema. */
  readonly introspection: boolean;
  /** Allows `extensions.explain`, which lists the calls to the store. */
  readonly explain: boolean;
  /** Allows batches: several operations in one request. */
  readonly batching: boolean;
  /** Origins allowed to send cross-site requests, such as `https://shop.example`. */
  readonly corsOrigins: readonly string[];
  /** Maximum size of a request body, in bytes. */
  readonly requestBytes: number;
  /** Maximum number of operations in flight, over all callers. @default no limit */
  readonly operationsInFlight?: number;
  /** @default null: no trusted documents, callers send full documents */
  readonly trusted?: TrustedDocuments | null;
}

/** Maximum number of operations in a batch. */
export const BATCH_LIMIT = 10;

/** The plugins that reject requests before execution. */
export function requestGuards(options: GuardOptions): readonly Plugin[] {
  const { limits, introspection, explain, trusted } = options;
  return [
    ...(explain ? [] : [forbidExplain()]),
    trustedDocuments(trusted ?? null),
    sizeLimits(limits),
    // After the limits: it reads only documents within them.
    uniqueOperationNames(),
    validation({ introspection }),
  ];
}

// Ignoring the extension would be wrong: `explain: "only"` means that the operation must not run.
function forbidExplain(): Plugin {
  return {
    onParams({ params }) {
      if (parseReportRequest(params?.extensions).explain)
        throw new GatewayError('FORBIDDEN', '`explain` is disabled on this server (EXPLAIN=on enables it).');
    },
  };
}
