import { readFileSync, writeFileSync } from 'node:fs';
import type { LoadResult } from './load.ts';
import { PHASES, type Phase } from './phases.ts';

/** CPU time per request as a ratio to that of the hand-written server in the same run: in all, and by phase. */
export type Figures = Readonly<Record<'all' | Phase, number>>;

type FiguresByOperation = Readonly<Record<string, Figures>>;

const FILE = new URL('figures.json', import.meta.url);
/** Smaller differences are within the noise of a run. */
const NOISE = 0.25;

export function figuresOf({ oursMicros, byHandMicros, phases }: LoadResult): Figures {
  const ratio = oursMicros / byHandMicros;
  const parts = PHASES.map((phase) => [phase, round(phases[phase] * ratio)]);
  return { ...Object.fromEntries(parts), all: round(ratio) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The figures that were saved last. Empty if there are none. */
export function readFigures(): FiguresByOperation {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {};
  }
}

export function saveFigures(figures: FiguresByOperation): void {
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
}

/** What has changed by more than the noise: `+31 %`. Empty if nothing has, or if there is no older figure. */
export function changeOf(figure: number, older: number | undefined): string {
  if (older === undefined || older === 0) return '';
  const change = figure / older - 1;
  if (Math.abs(change) <= NOISE) return '';
  return `${change > 0 ? '+' : ''}${Math.round(change * 100)} %`;
}
