import type { GraphQLSchema } from 'graphql';
import { createFieldFinder } from '../documents/field-finder.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { GuardOptions } from '../request-guards.ts';
import type { Runtime } from '../runtime.ts';
import type { RequestServices } from '../services.ts';
import { createFastPath, type FastPathOptions, type HandleRequest } from './fast-path.ts';
import { createOperationExecutor, type OperationExecutorOptions } from './operation-executor.ts';
import { createPreparation } from './prepared-operation.ts';
import { createRespond } from './respond.ts';
import { createQueryRunner } from './run-query.ts';
import { createSharedExecutions } from './shared-executions.ts';
import { createSharing } from './sharing.ts';

export interface FastHandlerOptions
  extends Pick<FastPathOptions, 'requestBytes' | 'yoga'>,
    Pick<OperationExecutorOptions, 'createContext'> {
  readonly services: RequestServices;
  readonly runtime: Pick<Runtime, 'context' | 'cacheNow'>;
  readonly schema: GraphQLSchema;
  readonly guards: GuardOptions | undefined;
  /** Whether each response reports the cost of its operation. */
  readonly reportCost: boolean;
  /** Whether audited reads are recorded. */
  readonly isAudited: boolean;
  readonly tracing?: Tracing;
}

/** Puts the fast path together. */
export function createFastHandler(options: FastHandlerOptions): HandleRequest {
  const { services, runtime, schema, guards, requestBytes, reportCost, isAudited, tracing } = options;
  const { createContext, yoga } = options;
  const selectsAudited = createFieldFinder(schema, ({ extensions }) => extensions.isAudited === true);
  const runQuery = createQueryRunner({
    prepare: createPreparation({
      schema,
      validDocuments: services.validDocuments,
      costs: services.costs,
      trusted: guards?.trusted ?? null,
      maxBytes: services.maxResponseBytes,
      ...(guards && { listItems: guards.limits.listItems }),
    }),
    charge: services.costs.charge,
    executor: createOperationExecutor({
      services,
      createContext,
      respond: createRespond(services),
      cacheNow: runtime.cacheNow,
      ...(tracing && { tracing }),
    }),
    largeQueries: services.largeQueries,
    sharing: createSharing({
      selectsOfCaller: createFieldFinder(schema, ({ extensions }) => extensions.isOfCaller === true),
      // Each read is recorded for its caller.
      mustRun: (document) => isAudited && selectsAudited(document),
      reportCost,
    }),
    executions: createSharedExecutions(runtime.context.callPath.sharingPeriod),
    learnWrites: runtime.context.callPath.learnWrites,
  });
  return createFastPath({ services, requestBytes, runQuery, yoga });
}
