import { describe, expect, test } from 'vitest';
import { runWrite, runWrites } from '../../src/resolvers/writes.ts';
import { type FakeWrite, type FakeWriteOptions, fakeWrite, type Item, items } from '../support/fake-write.ts';

async function outcomesOf({ run, spec }: FakeWrite, list: readonly Item[]) {
  return (await runWrites(run, spec, list)).results.map(({ outcome }) => outcome);
}

async function codesOf({ run, spec }: FakeWrite, list: readonly Item[]) {
  const { results } = await runWrites(run, spec, list);
  return results.map(({ outcome, errors }) => errors[0]?.code ?? outcome);
}

/** The outcomes of three items, what the store wrote, and the calls. */
async function three(options: FakeWriteOptions) {
  const fake = fakeWrite(options);
  const outcomes = await outcomesOf(fake, items(3));
  return { outcomes, written: fake.written.join(''), calls: fake.sent.length };
}

const CREATED = ['CREATED', 'CREATED', 'CREATED'];
const UNKNOWN = ['UNKNOWN', 'UNKNOWN', 'UNKNOWN'];

describe('what goes up', () => {
  test('goes up in batches of as many as the rule allows, and is answered in the order of the input', async () => {
    const fake = fakeWrite();
    const { results, summary } = await runWrites(fake.run, fake.spec, items(25));
    expect(fake.sent.map((keys) => keys.length)).toEqual([10, 10, 5]);
    expect(results.map(({ record }) => record?.key)).toEqual(items(25).map(({ key }) => key));
    expect(results.map(({ index }) => index)).toEqual(items(25).map((_, i) => i));
    expect(summary).toEqual({
      total: 25,
      created: 25,
      updated: 0,
      unchanged: 0,
      deleted: 0,
      failed: 0,
      unknown: 0,
      notAttempted: 0,
    });
    expect(fake.reads).toEqual([]);
  });

  test('refuses an empty list and one that is too long before anything is sent', async () => {
    const fake = fakeWrite();
    await expect(runWrites(fake.run, fake.spec, [])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.things: is empty.',
    });
    await expect(runWrites({ ...fake.run, maxItems: 2 }, fake.spec, items(3))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.things: holds 3 items; 2 can be written at once.',
    });
    expect(fake.sent).toEqual([]);
  });

  test('keeps back what is invalid and sends its neighbours', async () => {
    const fake = fakeWrite();
    const { results } = await runWrites(fake.run, fake.spec, [{ key: 'a' }, { key: '' }, { key: 'b' }]);
    expect(fake.sent).toEqual([['a', 'b']]);
    expect(results[1]).toMatchObject({
      outcome: 'FAILED',
      errors: [{ code: 'REQUIRED', path: ['things', '1', 'key'] }],
    });
  });

  test('writes the first of two with one key and names it to the others', async () => {
    const fake = fakeWrite();
    const { results } = await runWrites(fake.run, fake.spec, [{ key: 'a' }, { key: 'b' }, { key: 'A' }]);
    expect(fake.sent).toEqual([['a', 'b']]);
    expect(results[2]).toMatchObject({
      outcome: 'FAILED',
      errors: [{ code: 'INVALID', path: ['things', '2'], message: expect.stringContaining('index 0') }],
    });
  });

  test('does not take an invalid item for the first with its key', async () => {
    const fake = fakeWrite();
    const spec = { ...fake.spec, keyOf: () => 'same' };
    const { results } = await runWrites(fake.run, spec, [{ key: '' }, { key: 'b' }]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['FAILED', 'CREATED']);
  });

  test('gives one object that stands twice a verdict for each place', async () => {
    const same = { key: 'a' };
    expect(await outcomesOf(fakeWrite(), [same, same])).toEqual(['CREATED', 'FAILED']);
  });

  test('runs a write that is no list, with paths into the input itself', async () => {
    const { run, spec } = fakeWrite({ bad: ['a'] });
    expect(await runWrite(run, spec, { key: 'b' })).toMatchObject({ outcome: 'CREATED', errors: [] });
    expect(await runWrite(run, spec, { key: 'a' })).toMatchObject({
      outcome: 'FAILED',
      record: null,
      errors: [{ path: ['key'] }],
    });
  });

  test('lets the other batches come to their verdicts before a bug in one is told', async () => {
    const fake = fakeWrite({
      onSend(call) {
        if (call === 1) throw new TypeError('a bug');
      },
    });
    await expect(runWrites(fake.run, fake.spec, items(25))).rejects.toThrow('a bug');
    expect(fake.written).toHaveLength(15);
  });
});

describe('a lost answer', () => {
  const lost = [
    ['was cut after the store did it', 'cut-after'],
    ['was cut before it arrived', 'cut-before'],
    ['belongs to a write that lands a little later', { late: 300 }],
    ['belongs to a write that lands just before the ceiling', { late: 990 }],
  ] as const;

  for (const repeat of ['harmless', 'safe', 'when-absent'] as const) {
    test.each(lost)(`of a write whose repetition is ${repeat} is settled where it %s`, async (_how, fate) => {
      const { outcomes, written } = await three({ repeat, fates: [fate] });
      expect(outcomes).toEqual(CREATED);
      expect(written).toBe('abc');
    });
  }

  test('is repeated at once where that is safe, and else only when the ceiling has passed', async () => {
    for (const repeat of ['harmless', 'safe', 'when-absent'] as const) {
      const sentAt: number[] = [];
      const onSend = () => void sentAt.push(fake.elapsed());
      const fake = fakeWrite({ repeat, fates: ['cut-before'], settleMs: 10_000, onSend });
      await outcomesOf(fake, items(3));
      expect(sentAt).toEqual([0, repeat === 'when-absent' ? 11_100 : 100]);
    }
  });

  test('is told of as settled when it cannot land any more over what is written next', async () => {
    const harmless = fakeWrite({ repeat: 'harmless', fates: ['cut-before'], settleMs: 10_000 });
    await outcomesOf(harmless, items(3));
    expect(harmless.elapsed()).toBe(100);
    const safe = fakeWrite({ repeat: 'safe', fates: ['cut-before'], settleMs: 10_000 });
    await outcomesOf(safe, items(3));
    expect(safe.elapsed()).toBe(10_000);
    // What the store is found to hold it may have held before.
    const found = fakeWrite({ repeat: 'safe', fates: ['cut-after'], settleMs: 10_000 });
    await outcomesOf(found, items(3));
    expect(found.elapsed()).toBe(10_000);
    const dated = fakeWrite({ repeat: 'when-absent', fates: ['cut-after'], settleMs: 10_000 });
    await outcomesOf(dated, items(3));
    expect(dated.elapsed()).toBe(100);
  });

  test('is claimed where the second answer leaves out what the first attempt made', async () => {
    const fake = fakeWrite({ repeat: 'safe', fates: ['cut-before', { body: { data: [] } }] });
    const leftOut: typeof fake.spec.leftOut = async (some) =>
      new Map(some.map((item) => [item, { outcome: 'UNCHANGED', problems: [], record: null }]));
    const { results } = await runWrites(fake.run, { ...fake.spec, leftOut }, items(1));
    expect(results).toMatchObject([{ outcome: 'CREATED', record: { key: 'a' } }]);
  });

  test('is never repeated where nothing shows whether it arrived', async () => {
    const { outcomes, calls } = await three({ repeat: 'never', fates: ['cut-before'] });
    expect(outcomes).toEqual(UNKNOWN);
    expect(calls).toBe(1);
  });

  test('leaves what was found and sends the rest again', async () => {
    const fake = fakeWrite({ repeat: 'when-absent', bad: ['c'], atomic: false, fates: ['cut-after'] });
    expect(await codesOf(fake, items(4))).toEqual(['CREATED', 'CREATED', 'INVALID', 'CREATED']);
    expect(fake.written).toEqual(['a', 'b', 'd']);
    expect(fake.sent[1]).toEqual(['c', 'd']);
  });

  test('is given up after six attempts', async () => {
    for (const repeat of ['harmless', 'safe', 'when-absent'] as const) {
      const { calls } = await three({ repeat, fates: Array(20).fill('cut-before') });
      expect(calls).toBe(6);
    }
  });

  test('is told as failed where the store would still show what was made or deleted, and else as unknown', async () => {
    for (const repeat of ['harmless', 'when-absent'] as const) {
      const fake = fakeWrite({ repeat, fates: Array(20).fill('cut-before') });
      expect(await codesOf(fake, items(1))).toEqual(['UPSTREAM_UNAVAILABLE']);
    }
    // What was set may have been set to something else since.
    const { outcomes } = await three({ repeat: 'safe', fates: Array(20).fill('cut-before') });
    expect(outcomes).toEqual(UNKNOWN);
  });

  test('never sends a password twice, and says that nobody knows whether it was set', async () => {
    for (const fate of ['cut-before', 'cut-after', { late: 100 }] as const) {
      const fake = fakeWrite({ fates: [fate] });
      const list = [{ key: 'a' }, { key: 'b', password: true }];
      expect(await outcomesOf(fake, list)).toEqual(['CREATED', 'UNKNOWN']);
      expect(fake.sent.filter((keys) => keys.includes('b'))).toHaveLength(1);
    }
  });

  test('is not repeated where reading back fails to the end, unless that is safe', async () => {
    const failingReads = () => true;
    const unsafe = await three({ repeat: 'when-absent', fates: ['cut-after'], failingReads });
    expect(unsafe).toEqual({ outcomes: UNKNOWN, written: 'abc', calls: 1 });
    const safe = await three({ repeat: 'safe', fates: ['cut-after'], failingReads });
    expect(safe).toEqual({ outcomes: CREATED, written: 'abc', calls: 2 });
  });

  test('is settled where reading back fails a few times', async () => {
    const { outcomes, written } = await three({
      repeat: 'when-absent',
      fates: ['cut-after'],
      failingReads: (read) => read <= 3,
    });
    expect(outcomes).toEqual(CREATED);
    expect(written).toBe('abc');
  });

  test('reads back by itself what could not be read with the others', async () => {
    const fake = fakeWrite({ fates: ['cut-after'] });
    const { readBack } = fake.spec;
    const spec: typeof fake.spec = {
      ...fake.spec,
      async readBack(some, since) {
        const found = await readBack(some, since);
        return fake.reads.length === 1 ? new Map([...found].slice(0, 2)) : found;
      },
    };
    const { summary } = await runWrites(fake.run, spec, items(3));
    expect(summary.created).toBe(3);
    expect(fake.reads).toEqual([['a', 'b', 'c'], ['c']]);
  });

  test('is still open when the next attempt is turned away at the door', async () => {
    for (const turnedAway of [{ status: 429 }, { status: 401 }, 'not-sent'] as const) {
      const { outcomes, written } = await three({ fates: [{ late: 500 }, turnedAway, turnedAway] });
      expect(outcomes).toEqual(CREATED);
      expect(written).toBe('abc');
    }
  });

  test('is unknown where every further attempt is turned away and it never shows', async () => {
    const fates = ['cut-before', ...Array(10).fill({ status: 429 })] as const;
    expect((await three({ fates })).outcomes).toEqual(UNKNOWN);
  });

  test('takes a refusal of the second attempt for success where the store holds the first', async () => {
    // It lands after the ceiling, while the second attempt is on its way.
    const fake = fakeWrite({ repeat: 'when-absent', fates: [{ late: 1_000_000 }, 'done'], settleMs: 200 });
    const { spec } = fake;
    const send: typeof spec.send = async (some) => {
      const attempt = await spec.send(some);
      if (fake.sent.length < 2) return attempt;
      const error = { details: { status: 422, title: 'in use' }, message: '' } as never;
      return { ended: 'refused', status: 422, body: { errors: { '0.key': 'is already in use' } }, error };
    };
    const { results } = await runWrites(fake.run, { ...spec, send }, [{ key: 'a' }]);
    expect(results[0]).toMatchObject({ outcome: 'CREATED', record: { key: 'a' } });
  });

  test('of an unreadable answer is settled like one that was cut', async () => {
    for (const body of [null, 'ok', [], { data: 'ok' }]) {
      const { outcomes, written } = await three({ repeat: 'when-absent', fates: [{ body }] });
      expect(outcomes).toEqual(CREATED);
      expect(written).toBe('abc');
    }
  });
});

describe('an answer', () => {
  test('is matched by what it says, whatever its order', async () => {
    const body = { data: [{ key: 'c' }, { key: 'a' }, { key: 'b' }] };
    const { run, spec } = fakeWrite({ fates: [{ body }] });
    const { results } = await runWrites(run, spec, items(3));
    expect(results.map(({ record }) => record?.key)).toEqual(['a', 'b', 'c']);
  });

  test('gives the last record to the last item, where the store spells it otherwise', async () => {
    const body = { data: [{ key: 'B' }, { key: 'a' }] };
    const fake = fakeWrite({ fates: [{ body }] });
    const { results } = await runWrites(fake.run, fake.spec, items(2));
    expect(results.map(({ record }) => record?.key)).toEqual(['a', 'B']);
    expect(fake.reads).toEqual([]);
  });

  test('that leaves items out is completed by reading back', async () => {
    const fake = fakeWrite({ withheld: 2 });
    expect(await outcomesOf(fake, items(3))).toEqual(CREATED);
    expect(fake.reads).toEqual([['a', 'b']]);
    expect(fake.sent).toHaveLength(1);
  });

  test('that leaves out what the store does not hold leaves it unknown, and does not send it again', async () => {
    const fake = fakeWrite({ repeat: 'when-absent', fates: [{ body: { data: [] } }] });
    const readBack: typeof fake.spec.readBack = async (some) =>
      new Map(some.map((item) => [item, { state: 'absent' }]));
    const { summary } = await runWrites(fake.run, { ...fake.spec, readBack }, items(3));
    expect(summary.unknown).toBe(3);
    expect(fake.sent).toHaveLength(1);
  });

  test('that leaves out what is gone says so', async () => {
    const fake = fakeWrite({ fates: [{ body: { data: [] } }] });
    const readBack: typeof fake.spec.readBack = async (some) =>
      new Map(some.map((item) => [item, { state: 'gone' }]));
    const { results } = await runWrites(fake.run, { ...fake.spec, readBack }, items(1));
    expect(results[0]).toMatchObject({ outcome: 'FAILED', errors: [{ code: 'NOT_FOUND' }] });
  });

  test('is told by its record where the outcome depends on it', async () => {
    const { run, spec } = fakeWrite();
    const { results } = await runWrites(
      run,
      { ...spec, outcome: ({ key }) => (key === 'b' ? 'UPDATED' : 'CREATED') },
      items(2),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'UPDATED']);
  });
});

describe.each([
  ['undoes a batch that it refuses', true],
  ['keeps what it did before a refusal', false],
])('a store that %s', (_how, atomic) => {
  const ten = items(10);
  const keys = ten.map(({ key }) => key);

  for (const repeat of ['safe', 'when-absent'] as const) {
    test.each(keys)(`names %s: the other nine are written once (${repeat})`, async (culprit) => {
      for (const naming of ['index', 'text'] as const) {
        const fake = fakeWrite({ atomic, naming, repeat, bad: [culprit] });
        const codes = await codesOf(fake, ten);
        const code = naming === 'index' ? 'INVALID' : 'TAKEN';
        expect(codes).toEqual(keys.map((key) => (key === culprit ? code : 'CREATED')));
        expect(fake.written.toSorted()).toEqual(keys.filter((key) => key !== culprit));
        expect(fake.sent.length).toBeLessThanOrEqual(2);
      }
    });

    test.each(keys)(`names nobody, where it is %s: it is found by halving (${repeat})`, async (culprit) => {
      const fake = fakeWrite({ atomic, naming: 'nobody', repeat, bad: [culprit] });
      const codes = await codesOf(fake, ten);
      expect(codes).toEqual(keys.map((key) => (key === culprit ? 'REJECTED' : 'CREATED')));
      expect(fake.written.toSorted()).toEqual(keys.filter((key) => key !== culprit));
      expect(fake.sent.length).toBeLessThanOrEqual(9);
    });
  }

  test('names one of several at a time: each is found', async () => {
    const fake = fakeWrite({ atomic, repeat: 'when-absent', bad: ['b', 'e', 'j'] });
    const codes = await codesOf(fake, ten);
    expect(codes.filter((code) => code === 'INVALID')).toHaveLength(3);
    expect(fake.written.toSorted().join('')).toBe('acdfghi');
    expect(fake.sent.length).toBeLessThanOrEqual(4);
  });

  test('stops halving within its bound, and says which items stayed undecided', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ key: `${i}` }));
    const bad = many.map(({ key }) => key).filter((key) => Number(key) % 2 === 0);
    const fake = fakeWrite({ atomic, naming: 'nobody', bad, repeat: 'when-absent' });
    const spec = { ...fake.spec, rule: { ...fake.spec.rule, items: 60 } };
    const { results } = await runWrites(fake.run, spec, many);
    expect(fake.sent.length).toBeLessThanOrEqual(25);
    expect(results.some(({ errors }) => errors[0]?.code === 'BATCH_REJECTED')).toBe(true);
    for (const [i, { outcome }] of results.entries()) {
      expect(outcome).toBe(fake.written.includes(many[i]?.key ?? '') ? 'CREATED' : 'FAILED');
    }
  });

  test('is not sent again what could not be read back after a refusal', async () => {
    const fake = fakeWrite({ atomic, repeat: 'when-absent', bad: ['c'], failingReads: () => true });
    expect(await codesOf(fake, items(3))).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 'INVALID']);
    expect(fake.sent).toHaveLength(1);
  });

  test('is read back until most reads have failed', async () => {
    const failingReads = (read: number) => read <= 7;
    const fake = fakeWrite({ atomic, repeat: 'when-absent', bad: ['c'], failingReads });
    expect(await codesOf(fake, items(3))).toEqual(['CREATED', 'CREATED', 'INVALID']);
    expect(fake.written.join('')).toBe('ab');
  });

  test('is not sent a password again', async () => {
    const fake = fakeWrite({ atomic, bad: ['b'] });
    const list = [{ key: 'a', password: true }, { key: 'b' }, { key: 'c' }];
    expect(await codesOf(fake, list)).toEqual(['OUTCOME_UNKNOWN', 'INVALID', 'CREATED']);
    expect(fake.sent).toEqual([['a', 'b', 'c'], ['c']]);
  });
});

describe('a refusal of the whole call', () => {
  test('fails every item without reading anything, and says when to come back', async () => {
    const fake = fakeWrite({ fates: [{ status: 429 }] });
    const { results } = await runWrites(fake.run, fake.spec, items(2));
    expect(results).toMatchObject([
      { outcome: 'FAILED', errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }] },
      { outcome: 'FAILED', errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }] },
    ]);
    expect(fake.reads).toEqual([]);
    expect(await codesOf(fakeWrite({ fates: [{ status: 403 }] }), items(1))).toEqual(['FORBIDDEN']);
  });

  test('for its length is taken as such: the items go up in halves', async () => {
    const fake = fakeWrite({ fates: [{ status: 413 }, { status: 413 }] });
    expect(await outcomesOf(fake, items(4))).toEqual([...CREATED, 'CREATED']);
    expect(fake.sent.map((some) => some.length)).toEqual([4, 2, 1, 1, 2]);
  });
});

describe('what never left', () => {
  test('was not attempted, and says why', async () => {
    const { run, spec } = fakeWrite({ fates: ['not-sent'] });
    const { results } = await runWrites(run, spec, items(1));
    expect(results[0]).toMatchObject({
      outcome: 'NOT_ATTEMPTED',
      errors: [{ code: 'UPSTREAM_UNAVAILABLE' }],
    });
  });

  test('for want of what had to be learned was not attempted either', async () => {
    const fake = fakeWrite();
    const refused = fakeWrite({ fates: [{ status: 429 }] }).spec.send([]);
    const learn = async () => {
      const attempt = await refused;
      throw attempt.ended === 'refused' ? attempt.error : new Error();
    };
    const { results } = await runWrites(fake.run, { ...fake.spec, learn }, items(1));
    expect(results[0]).toMatchObject({
      outcome: 'NOT_ATTEMPTED',
      errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }],
    });
    expect(fake.sent).toEqual([]);
  });
});

describe('a caller who leaves', () => {
  test('before anything was sent gets nothing attempted', async () => {
    const fake = fakeWrite();
    fake.leave();
    expect(await codesOf(fake, items(3))).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
    expect(fake.sent).toEqual([]);
  });

  test('leaves a write in flight to be settled, and batches that wait are not sent', async () => {
    const fake: FakeWrite = fakeWrite({ fates: ['cut-after'], onSend: () => fake.leave() });
    const spec: typeof fake.spec = {
      ...fake.spec,
      // The second batch waits for its turn until the first has gone out.
      send: (some) =>
        fake.sent.length === 0
          ? fake.spec.send(some)
          : Promise.resolve({ ended: 'not-sent', error: new Error('left') as never }),
    };
    const { results } = await runWrites(fake.run, spec, items(12));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array(10).fill('CREATED'),
      'NOT_ATTEMPTED',
      'NOT_ATTEMPTED',
    ]);
    expect(results[11]?.errors[0]?.code).toBe('CANCELLED');
  });

  test('has a late write found, which is not sent again', async () => {
    for (const repeat of ['safe', 'when-absent'] as const) {
      const fake: FakeWrite = fakeWrite({ repeat, fates: [{ late: 900 }], onSend: () => fake.leave() });
      expect(await outcomesOf(fake, items(3))).toEqual(CREATED);
      expect(fake.sent).toHaveLength(1);
    }
  });

  test('has what never shows settled when it cannot land any more', async () => {
    const verdicts = { 'when-absent': 'FAILED', harmless: 'FAILED', safe: 'UNKNOWN' } as const;
    for (const repeat of ['when-absent', 'harmless', 'safe'] as const) {
      const fake: FakeWrite = fakeWrite({ repeat, fates: ['cut-before'], onSend: () => fake.leave() });
      expect(await outcomesOf(fake, items(1))).toEqual([verdicts[repeat]]);
      expect(fake.elapsed()).toBeGreaterThanOrEqual(1_000);
      expect(fake.sent).toHaveLength(1);
    }
  });
});
