import { styleText } from 'node:util';
import type { CommandResult } from '../command-result.ts';
import type { FindingState } from './finding.ts';
import type { Diagnosis } from './index.ts';
import type { FieldsByUse } from './scopes.ts';

const COLOURS = { ok: 'green', wrong: 'red', notice: 'yellow', unknown: 'yellow', off: 'dim' } as const;
const STATE_WIDTH = 8;

/** One line for each finding, and one for each group of fields. Fails if something is wrong. */
export function report(diagnosis: Diagnosis): CommandResult {
  const { findings, fields } = diagnosis;
  return {
    output: [
      ...findings.map(({ check, state, message }) => `${styled(state)}${check}: ${message}`),
      ...(fields === null ? [] : fieldLines(fields)),
    ],
    messages: [],
    failed: findings.some(({ state }) => state === 'wrong'),
    data: diagnosis,
  };
}

function styled(state: FindingState): string {
  return styleText(COLOURS[state], state.padEnd(STATE_WIDTH));
}

function fieldLines({ works, fails, unknown }: FieldsByUse): readonly string[] {
  const line = (state: FindingState, text: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${styled(state)}${text}: ${names.join(', ')}`];
  return [
    ...line('ok', 'fields that work', works),
    ...line('wrong', 'fields that do not work', fails),
    ...line('unknown', 'fields that may work', unknown),
  ];
}
