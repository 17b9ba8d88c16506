import { expect, test } from 'vitest';
import { createTimeSlices, type Task } from '../../../src/server/limits/time-slices.ts';
import { type OptionalFields, writeJson } from '../../../src/server/limits/write-json.ts';
import { fc } from '../../support/property-tests.ts';

const task = createTimeSlices().createTask();

test('writes every value as JSON.stringify does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
      const budget = { remaining: 1_000_000 };
      const { text } = await writeJson(value, { budget, task });
      expect(text).toBe(JSON.stringify(value));
      expect(budget.remaining).toBe(1_000_000 - Buffer.byteLength(text ?? ''));
    }),
    { numRuns: 500 },
  );
  const odd = { a: undefined, b: [undefined, Number.NaN], c: new Date(0), d: '\ud800"\\\n\u007f', '"e': {} };
  expect((await writeJson(odd, { budget: { remaining: 1_000 }, task })).text).toBe(JSON.stringify(odd));
});

test('stops at the maximum size', async () => {
  const value = { nodes: Array.from({ length: 100 }, () => 'é'.repeat(1_000)) };
  const size = Buffer.byteLength(JSON.stringify(value));
  expect((await writeJson(value, { budget: { remaining: size }, task })).text).toBe(JSON.stringify(value));
  expect((await writeJson(value, { budget: { remaining: size - 1 }, task })).text).toBeNull();
  const budget = { remaining: 1_000 };
  expect((await writeJson(value, { budget, task })).text).toBeNull();
  expect(budget.remaining).toBeGreaterThan(1_000 - size);
});

test('waits for the next slice when its time is used up', async () => {
  let slices = 0;
  const slow: Task = {
    ...task,
    isOver: () => true,
    nextSlice: async () => {
      slices += 1;
    },
  };
  const value = Array.from({ length: 30_000 }, (_, i) => ({ i }));
  expect((await writeJson(value, { budget: { remaining: 1_000_000 }, task: slow })).text).toBe(
    JSON.stringify(value),
  );
  expect(slices).toBeGreaterThan(10);
});

test('writes null for optional fields that do not fit, and everything else', async () => {
  const leaf: OptionalFields = { isOptional: true, children: new Map() };
  const results: OptionalFields = { isOptional: false, children: new Map([['record', leaf]]) };
  const optionalFields: OptionalFields = { isOptional: false, children: new Map([['results', results]]) };
  const value = {
    results: [
      { index: 0, record: { text: 'small' } },
      { index: 1, record: { text: 'x'.repeat(500) } },
      { index: 2, record: null },
    ],
    summary: { total: 3, text: 'y'.repeat(500) },
  };
  const { text, omitted } = await writeJson(value, { budget: { remaining: 200 }, task, optionalFields });
  expect(JSON.parse(text ?? '')).toEqual({
    results: [value.results[0], { index: 1, record: null }, value.results[2]],
    summary: value.summary,
  });
  expect(omitted).toEqual([['results', 1, 'record']]);
});
