import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import type { Limits } from './limits/limits.ts';
import { sizeLimits } from './size-limits.ts';
import { type TrustedDocuments, trustedDocuments } from './trusted-documents.ts';
import { wishOf } from './upstream-report.ts';
import { validation } from './validation.ts';

/** What may be sent to the gateway, and what it tells of itself. */
export interface FrontOptions {
  readonly limits: Limits;
  /** Whether the schema may be asked for, and errors suggest names out of it. */
  readonly introspection: boolean;
  /** Whether callers may have the calls to the store listed. */
  readonly explain: boolean;
  /** Whether one request may hold several operations. */
  readonly batching: boolean;
  /** Sites whose pages may ask, as `https://shop.example`. */
  readonly corsOrigins: readonly string[];
  /** Bytes of a request. */
  readonly requestBytes: number;
  /** @default null, where documents are sent whole */
  readonly trusted?: TrustedDocuments | null;
}

/** Operations that one request may hold where it may hold several. */
export const BATCH_LIMIT = 10;

/** All that stands between a request and its execution. */
export function front(options: FrontOptions): readonly Plugin[] {
  const { limits, introspection, explain, trusted } = options;
  return [
    ...(explain ? [] : [unexplained()]),
    ...(trusted ? [trustedDocuments(trusted)] : []),
    sizeLimits(limits),
    validation({ introspection }),
  ];
}

// Not to be passed over in silence: who asks for an explanation only does not mean the operation to run.
function unexplained(): Plugin {
  return {
    onParams({ params }) {
      if (wishOf(params?.extensions).explain)
        throw new GatewayError('FORBIDDEN', 'Nothing is explained here: EXPLAIN=on switches that on.');
    },
  };
}
