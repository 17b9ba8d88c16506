import type { App } from '../../src/server/app.ts';

/** A parsed response of `/metrics`. */
export interface Metrics {
  /** Names of the metrics, without histogram suffixes. */
  readonly names: readonly string[];
  /** The value of a sample, written as Prometheus does: `calls_total{status="200"}`. 0 if there is no such sample. */
  value(sample: string): number;
  readonly text: string;
}

/** @param headers request headers, for example credentials */
export async function scrapeMetrics(
  app: App,
  headers: Readonly<Record<string, string>> = {},
): Promise<Metrics> {
  const text = await (await app.yoga.fetch('http://gateway/metrics', { headers })).text();
  const samples = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.lastIndexOf(' ');
      return line.startsWith('#') ? [] : [[line.slice(0, at), Number(line.slice(at + 1))] as const];
    }),
  );
  return {
    names: [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name),
    value: (sample) => samples.get(sample) ?? 0,
    text,
  };
}
