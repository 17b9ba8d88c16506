import type { YogaServerOptions } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { authentication } from './access/authentication.ts';
import { publicCallers } from './access/public-callers.ts';
import { costReport } from './cost/report.ts';
import { staleWarning } from './cost/stale-warning.ts';
import { incrementalDelivery } from './documents/incremental.ts';
import { rememberValidDocuments } from './documents/validation.ts';
import { variableErrors } from './documents/variable-errors.ts';
import { maskErrors } from './errors/plugin.ts';
import { forgetAuthorizations } from './execution-context.ts';
import { graphiqlPage } from './graphiql/plugin.ts';
import { operationalEndpoints } from './health/endpoints.ts';
import { cancelWithRequest } from './http/cancellation.ts';
import { compressResponses } from './http/compression.ts';
import { requireJson } from './http/content-type.ts';
import { corsAndCsrf } from './http/csrf.ts';
import { unknownRoutes } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { operationsInFlight } from './limits/operations-in-flight.ts';
import { limitResponseSize } from './limits/response-size.ts';
import { observeOperations } from './observability/operations.ts';
import { logRequests, type RequestState } from './observability/request-log.ts';
import { requestGuards } from './request-guards.ts';
import type { Runtime } from './runtime.ts';
import type { RequestServices, ServiceOptions } from './services.ts';
import { webhookEndpoint } from './webhooks/endpoint.ts';

type Plugins = NonNullable<YogaServerOptions<RequestState, Context>['plugins']>;

/** The plugins of the server in the order in which their hooks run. A request hook that answers ends the request. */
export function createPlugins(
  runtime: Runtime,
  services: RequestServices,
  options: Pick<ServiceOptions, 'graphiql' | 'guards' | 'tracing' | 'providerKeys'>,
): Plugins {
  const { graphiql, guards, tracing, providerKeys = null } = options;
  const { metrics, readiness, tokenScopes, cacheNow, storeCache, replicas } = runtime;

  return [
    // First: every request gets an id and a log line, also one that a later plugin refuses.
    logRequests(services.requestLog),
    // Responses of all plugins below get the headers and the span.
    securityHeaders(),
    ...(tracing ? [tracing.plugin] : []),
    // Before all decisions that depend on the path.
    unknownRoutes(graphiql),
    // Before authentication: the store has no credentials, but a secret of its own.
    ...(services.webhooks === null ? [] : [webhookEndpoint(services.webhooks)]),
    // Before authentication: the page has no data, and its requests authenticate themselves.
    ...(graphiql ? [graphiqlPage()] : []),
    // Before authentication: a preflight has no credentials, and another site must not learn whether some are valid.
    corsAndCsrf(services.corsOrigins),
    ...(services.authenticate ? [authentication(services.authenticate)] : []),
    // After authentication: metrics require a scope.
    operationalEndpoints({
      ...{ readiness, metrics, tokenScopes, graphiql, providerKeys, replicas },
      hookWatch: storeCache?.hookWatch ?? null,
    }),
    // After authentication, because one caller cannot take all places. Before anything reads the body.
    ...(services.places === null ? [] : [operationsInFlight(services.places)]),
    requireJson(),
    // Before all that can refuse an operation: it masks their errors too.
    maskErrors(services.maskResult),
    observeOperations(services.operations),
    // Before validation, and after the masks.
    publicCallers(),
    // Before the cost: the estimate walks only documents within the limits.
    ...(guards ? requestGuards(guards) : []),
    rememberValidDocuments(services.validDocuments),
    costReport(services),
    ...(cacheNow === null ? [] : [staleWarning(cacheNow)]),
    // Below the cost report and above the masks: it writes the data that all others leave as they are.
    limitResponseSize(services.maxResponseBytes),
    variableErrors(),
    ...incrementalDelivery(),
    forgetAuthorizations(),
    // After all that read or change a response.
    compressResponses(services.compression),
    // Last: it ends an execution that all others let run.
    cancelWithRequest(),
  ];
}
