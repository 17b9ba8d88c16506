import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** The parts of the work on a request. `other` is mostly time in the kernel and in Node's native code. */
export const PHASES = [
  'HTTP',
  'document',
  'execution',
  'REST client',
  'governor',
  'JSON',
  'GC',
  'other',
] as const;

export type Phase = (typeof PHASES)[number];

/** CPU time of the main thread in microseconds, by phase. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

type CallFrame = { readonly functionName: string; readonly url: string };

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The first pattern that a place matches tells its phase. A place is a file, a package, a module of Node, or a builtin. */
const PLACES: readonly (readonly [pattern: RegExp, phase: Phase])[] = [
  [/^src\/governor\//, 'governor'],
  [/^src\/(rest|redis)\//, 'REST client'],
  [/^undici\//, 'REST client'],
  [/^src\/(cost|server\/cost|server\/documents|server\/limits|server\/fast\/prepared-operation)/, 'document'],
  [/^graphql\/(language|validation|utilities)\//, 'document'],
  [/^src\/(executor|schema|resolvers|loaders|context)/, 'execution'],
  [/^(graphql|@pothos|dataloader|graphql-scalars|@graphql-tools)\//, 'execution'],
  [/^src\/server\//, 'HTTP'],
  [/^(graphql-yoga|@whatwg-node|find-my-way|pino|sonic-boom|prom-client)\//, 'HTTP'],
  [/^node:(_http|net|internal\/(streams|stream_base|http|timers|crypto)|events|stream|buffer)/, 'HTTP'],
  [/^(writev|write\w+String|writeBuffer|utf8Write|end|parse[A-Z]\w*)$/, 'HTTP'],
];

/** Takes a profile of the process. */
export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<PhaseTimes>;
}

export function createProfiler(): Profiler {
  const session = new Session();
  session.connect();
  return {
    async start() {
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS });
      await session.post('Profiler.start');
    },
    async stop() {
      const { profile } = await session.post('Profiler.stop');
      const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
      const times = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
      for (const [i, id] of (profile.samples ?? []).entries()) {
        const phase = phaseOf(frames.get(id));
        if (phase !== null) times[phase] += profile.timeDeltas?.[i] ?? 0;
      }
      return times;
    },
  };
}

const SAMPLING_MICROS = 500;

/** Null for time in which the process waits. */
function phaseOf(frame: CallFrame | undefined): Phase | null {
  const { functionName, url } = frame ?? { functionName: '', url: '' };
  if (functionName === '(idle)' || functionName === '(root)') return null;
  if (functionName === '(garbage collector)') return 'GC';
  const place = placeOf(functionName, url);
  // The built-in parser is counted for the function that calls it.
  if (place === 'src/rest/client/round-trip.ts' && functionName === 'parseJson') return 'JSON';
  return PLACES.find(([pattern]) => pattern.test(place))?.[1] ?? 'other';
}

function placeOf(functionName: string, url: string): string {
  const inPackage = url.split('/node_modules/').at(-1);
  if (inPackage !== undefined && inPackage !== url) return inPackage;
  if (url.startsWith('file:')) return fileURLToPath(url).replace(ROOT, '');
  return url === '' ? functionName : url;
}
