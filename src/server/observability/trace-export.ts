import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Config } from '../../config/index.ts';
import { createTracing, type Tracing } from './tracing.ts';

export interface TraceExportOptions extends NonNullable<Config['tracing']> {
  readonly logger: Logger;
}

const SERVICE_NAME = 'graphql-for-bigcommerce-customers';
/** Timeout of one export, in milliseconds. It also bounds the last export at shutdown. */
const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Tracing with the OpenTelemetry SDK, which reads the exporter's endpoint from the environment. Import this module
 * dynamically: the SDK is large.
 */
export function startTracing(options: TraceExportOptions): Tracing {
  const { exporter, logger } = options;
  // The message of an export error may quote the collector's response, so only the error's name is logged.
  const logFailure = (error: unknown) =>
    logger.warn({ error: errorName(error) }, 'traces could not be exported');
  setGlobalErrorHandler(logFailure);
  const spanExporter = exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': SERVICE_NAME }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(options),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: spanExporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS }),
    ],
  });
  return createTracing({
    tracer: provider.getTracer(SERVICE_NAME),
    close: () => provider.shutdown().catch(logFailure),
  });
}

function samplerOf({ sampler: name, ratio }: TraceExportOptions): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
