import { describe, expect, test } from 'vitest';
import { runWrite, runWrites } from '../../../src/resolvers/writes/run.ts';
import {
  createFakeWrite,
  type FakeWrite,
  type FakeWriteOptions,
  type Item,
  items,
  replyTo,
} from '../../support/fake-write.ts';

async function outcomesOf({ context, spec }: FakeWrite, list: readonly Item[]) {
  return (await runWrites(context, spec, list)).results.map(({ outcome }) => outcome);
}

async function codesOf({ context, spec }: FakeWrite, list: readonly Item[]) {
  const { results } = await runWrites(context, spec, list);
  return results.map(({ outcome, errors }) => errors[0]?.code ?? outcome);
}

/** Writes three items: their outcomes, the written keys and the number of calls. */
async function three(options: FakeWriteOptions) {
  const fake = createFakeWrite(options);
  const outcomes = await outcomesOf(fake, items(3));
  return { outcomes, written: fake.written.join(''), calls: fake.sent.length };
}

const CREATED = ['CREATED', 'CREATED', 'CREATED'];
const UPDATED = ['UPDATED', 'UPDATED', 'UPDATED'];
const UNKNOWN = ['UNKNOWN', 'UNKNOWN', 'UNKNOWN'];

describe('a write', () => {
  test('is sent in batches of the size that the operation allows, with results in input order', async () => {
    const fake = createFakeWrite();
    const { results, summary } = await runWrites(fake.context, fake.spec, items(25));
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
    expect(fake.clears()).toBe(1);
  });

  test('rejects an empty list and one that is too long before anything is sent', async () => {
    const fake = createFakeWrite();
    await expect(runWrites(fake.context, fake.spec, [])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.things: is empty.',
    });
    await expect(
      runWrites({ ...fake.context, writes: { ...fake.context.writes, maxItems: 2 } }, fake.spec, items(3)),
    ).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.things: contains 3 items; at most 2 are allowed.',
    });
    expect(fake.sent).toEqual([]);
  });

  test('does not send invalid items but sends the others', async () => {
    const fake = createFakeWrite();
    const { results } = await runWrites(fake.context, fake.spec, [{ key: 'a' }, { key: '' }, { key: 'b' }]);
    expect(fake.sent).toEqual([['a', 'b']]);
    expect(results[1]).toMatchObject({
      outcome: 'FAILED',
      errors: [{ code: 'REQUIRED', path: ['things', '1', 'key'] }],
    });
  });

  test('sends the first of two items with the same key and gives its index in the error of the second', async () => {
    const fake = createFakeWrite();
    const { results } = await runWrites(fake.context, fake.spec, [{ key: 'a' }, { key: 'b' }, { key: 'A' }]);
    expect(fake.sent).toEqual([['a', 'b']]);
    expect(results[2]).toMatchObject({
      outcome: 'FAILED',
      errors: [{ code: 'INVALID', path: ['things', '2'], message: expect.stringContaining('index 0') }],
    });
  });

  test('does not treat a valid item as a duplicate of an invalid one', async () => {
    const fake = createFakeWrite();
    const spec = { ...fake.spec, keyOf: () => 'same' };
    const { results } = await runWrites(fake.context, spec, [{ key: '' }, { key: 'b' }]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['FAILED', 'CREATED']);
  });

  test('gives an object that occurs twice in the list one result per position', async () => {
    const same = { key: 'a' };
    expect(await outcomesOf(createFakeWrite(), [same, same])).toEqual(['CREATED', 'FAILED']);
  });

  test('of a single record has error paths without a list name and index', async () => {
    const { context, spec } = createFakeWrite({ rejectedKeys: ['a'] });
    expect(await runWrite(context, spec, { key: 'b' })).toMatchObject({ outcome: 'CREATED', errors: [] });
    expect(await runWrite(context, spec, { key: 'a' })).toMatchObject({
      outcome: 'FAILED',
      record: null,
      errors: [{ path: ['key'] }],
    });
  });

  test('settles the other batches before it throws an unexpected error of one batch', async () => {
    const fake = createFakeWrite({
      onSend(call) {
        if (call === 1) throw new TypeError('a bug');
      },
    });
    await expect(runWrites(fake.context, fake.spec, items(25))).rejects.toThrow('a bug');
    expect(fake.written).toHaveLength(15);
  });
});

describe('a write whose response is lost', () => {
  const lost = [
    ['the connection is cut after the write', 'cut-after'],
    ['the connection is cut before the write', 'cut-before'],
    ['the write takes effect a little later', { late: 300 }],
    ['the write takes effect just before the end of the settle time', { late: 990 }],
  ] as const;

  for (const retry of ['idempotent', 'last-write-wins', 'if-absent'] as const) {
    test.each(lost)(`is settled if %s (${retry})`, async (_how, fate) => {
      const { outcomes, written } = await three({ retry, fates: [fate] });
      expect(outcomes).toEqual(retry === 'last-write-wins' ? UPDATED : CREATED);
      expect(written).toBe('abc');
    });
  }

  test('is repeated immediately if a repeat is safe, else after the settle time', async () => {
    for (const retry of ['idempotent', 'last-write-wins', 'if-absent'] as const) {
      const sentAt: number[] = [];
      const onSend = () => void sentAt.push(fake.elapsed());
      const fake = createFakeWrite({ retry, fates: ['cut-before'], lateWriteMs: 10_000, onSend });
      await outcomesOf(fake, items(3));
      expect(sentAt).toEqual([0, retry === 'if-absent' ? 10_000 : 100]);
    }
  });

  test('is reported only when it can no longer overwrite a later write', async () => {
    const harmless = createFakeWrite({ retry: 'idempotent', fates: ['cut-before'], lateWriteMs: 10_000 });
    await outcomesOf(harmless, items(3));
    expect(harmless.elapsed()).toBe(100);
    const safe = createFakeWrite({ retry: 'last-write-wins', fates: ['cut-before'], lateWriteMs: 10_000 });
    await outcomesOf(safe, items(3));
    expect(safe.elapsed()).toBe(10_000);
    // The store may have had the values before.
    const found = createFakeWrite({ retry: 'last-write-wins', fates: ['cut-after'], lateWriteMs: 10_000 });
    await outcomesOf(found, items(3));
    expect(found.elapsed()).toBe(10_000);
    const dated = createFakeWrite({ retry: 'if-absent', fates: ['cut-after'], lateWriteMs: 10_000 });
    await outcomesOf(dated, items(3));
    expect(dated.elapsed()).toBe(100);
  });

  test('is CREATED if the second response leaves out what the first attempt created', async () => {
    const fates = [{ late: 150 }, { body: { data: [] } }] as const;
    const fake = createFakeWrite({ retry: 'idempotent', fates });
    const { results } = await runWrites(fake.context, fake.spec, items(1));
    expect(results).toMatchObject([{ outcome: 'CREATED', record: { key: 'a' } }]);
  });

  test('is not repeated if no read shows whether it arrived', async () => {
    const { outcomes, calls } = await three({ retry: 'never', fates: ['cut-before'] });
    expect(outcomes).toEqual(UNKNOWN);
    expect(calls).toBe(1);
  });

  test('is repeated only for the items that a read-back does not find', async () => {
    const fake = createFakeWrite({
      retry: 'if-absent',
      rejectedKeys: ['c'],
      atomic: false,
      fates: ['cut-after'],
    });
    expect(await codesOf(fake, items(4))).toEqual(['CREATED', 'CREATED', 'INVALID', 'CREATED']);
    expect(fake.written).toEqual(['a', 'b', 'd']);
    expect(fake.sent[1]).toEqual(['c', 'd']);
  });

  test('is abandoned after six attempts', async () => {
    for (const retry of ['idempotent', 'last-write-wins', 'if-absent'] as const) {
      const { calls } = await three({ retry, fates: Array(20).fill('cut-before') });
      expect(calls).toBe(6);
    }
  });

  test('is FAILED if the store would show a created or deleted record, else UNKNOWN', async () => {
    for (const retry of ['idempotent', 'if-absent'] as const) {
      const fake = createFakeWrite({ retry, fates: Array(20).fill('cut-before') });
      expect(await codesOf(fake, items(1))).toEqual(['UPSTREAM_UNAVAILABLE']);
    }
    // Another writer may have updated the record since.
    const { outcomes } = await three({ retry: 'last-write-wins', fates: Array(20).fill('cut-before') });
    expect(outcomes).toEqual(UNKNOWN);
  });

  test('is sent once and UNKNOWN if it sets a password', async () => {
    for (const fate of ['cut-before', 'cut-after', { late: 100 }] as const) {
      const fake = createFakeWrite({ fates: [fate] });
      const list = [{ key: 'a' }, { key: 'b', password: true }];
      expect(await outcomesOf(fake, list)).toEqual(['CREATED', 'UNKNOWN']);
      expect(fake.sent.filter((keys) => keys.includes('b'))).toHaveLength(1);
    }
  });

  test('is not repeated if every read-back fails, unless a repeat is safe', async () => {
    const failingReads = () => true;
    const unsafe = await three({ retry: 'if-absent', fates: ['cut-after'], failingReads });
    expect(unsafe).toEqual({ outcomes: UNKNOWN, written: 'abc', calls: 1 });
    // Nothing shows whether a repeat would undo another write.
    const guarded = await three({ retry: 'last-write-wins', fates: ['cut-after'], failingReads });
    expect(guarded).toEqual({ outcomes: UNKNOWN, written: 'abc', calls: 1 });
    const safe = await three({ retry: 'idempotent', fates: ['cut-before'], failingReads });
    expect(safe).toEqual({ outcomes: CREATED, written: 'abc', calls: 2 });
  });

  test('is settled if some read-backs fail', async () => {
    const { outcomes, written } = await three({
      retry: 'if-absent',
      fates: ['cut-after'],
      failingReads: (read) => read <= 3,
    });
    expect(outcomes).toEqual(CREATED);
    expect(written).toBe('abc');
  });

  test('is read back again only for the items that could not be read', async () => {
    const fake = createFakeWrite({ fates: ['cut-after'] });
    const { readBack } = fake.spec;
    const spec: typeof fake.spec = {
      ...fake.spec,
      async readBack(some, since) {
        const found = await readBack(some, since);
        return fake.reads.length === 1 ? new Map([...found].slice(0, 2)) : found;
      },
    };
    const { summary } = await runWrites(fake.context, spec, items(3));
    expect(summary.created).toBe(3);
    expect(fake.reads).toEqual([['a', 'b', 'c'], ['c']]);
  });

  test('stays unsettled if the next attempt is rejected before it is processed', async () => {
    for (const rejection of [{ status: 429 }, { status: 401 }, 'not-sent'] as const) {
      const { outcomes, written } = await three({ fates: [{ late: 500 }, rejection, rejection] });
      expect(outcomes).toEqual(CREATED);
      expect(written).toBe('abc');
    }
  });

  test('is UNKNOWN if every further attempt is rejected and no read-back finds it', async () => {
    const fates = ['cut-before', ...Array(10).fill({ status: 429 })] as const;
    expect((await three({ fates, retry: 'last-write-wins' })).outcomes).toEqual(UNKNOWN);
  });

  test('is CREATED if the second attempt is rejected because the first one took effect', async () => {
    // The first attempt takes effect after the settle time, while the second is in flight.
    const fake = createFakeWrite({
      retry: 'if-absent',
      fates: [{ late: 1_000_000 }, 'done'],
      lateWriteMs: 200,
    });
    const { spec } = fake;
    const send: typeof spec.send = async (some) => {
      const attempt = await spec.send(some);
      if (fake.sent.length < 2) return attempt;
      const error = { details: { status: 422, title: 'in use' }, message: '' } as never;
      const body = { errors: { '0.key': 'is already in use' } };
      return replyTo(some, { outcome: 'rejected', status: 422, body, error });
    };
    const { results } = await runWrites(fake.context, { ...spec, send }, [{ key: 'a' }]);
    expect(results[0]).toMatchObject({ outcome: 'CREATED', record: { key: 'a' } });
  });

  test('is settled in the same way if the response is unreadable', async () => {
    for (const body of [null, 'ok', [], { data: 'ok' }]) {
      const { outcomes, written } = await three({ retry: 'if-absent', fates: [{ body }] });
      expect(outcomes).toEqual(CREATED);
      expect(written).toBe('abc');
    }
  });
});

describe('a repeat', () => {
  const update = { retry: 'last-write-wins', lateWriteMs: 1_000 } as const;

  /** A store that has these records, one for each read. */
  function reading(fake: FakeWrite, records: readonly object[]): FakeWrite['spec'] {
    let reads = 0;
    const readBack: FakeWrite['spec']['readBack'] = async ([item]) => {
      const record = { key: 'other', ...records[Math.min(reads, records.length - 1)] };
      reads += 1;
      return new Map(item ? [[item, { state: 'differs', record }]] : []);
    };
    return { ...fake.spec, readBack };
  }

  test('is not sent if another request has written the record since: that is a CONFLICT', async () => {
    const fake: FakeWrite = createFakeWrite({
      ...update,
      fates: ['cut-after'],
      onSend() {
        fake.context.writes.recent.watch(['thing a']).acknowledge({ updatedAt: null, isDeleted: false });
      },
    });
    const { results } = await runWrites(fake.context, reading(fake, [{}]), items(1));
    expect(results).toMatchObject([{ outcome: 'UNKNOWN', errors: [{ code: 'CONFLICT' }] }]);
    expect(fake.sent).toHaveLength(1);
  });

  test('of an item that waits behind a rejected one is not sent if the record was written since', async () => {
    const fake: FakeWrite = createFakeWrite({
      ...update,
      rejectedKeys: ['b'],
      onSend() {
        fake.context.writes.recent.watch(['thing a']).acknowledge({ updatedAt: null, isDeleted: false });
      },
    });
    expect(await codesOf(fake, items(2))).toEqual(['CONFLICT', 'INVALID']);
    expect(fake.sent).toHaveLength(1);
  });

  test('is sent if another request wrote the record before', async () => {
    const fake = createFakeWrite({ ...update, fates: ['cut-before'] });
    fake.context.writes.recent.watch(['thing a']).acknowledge({ updatedAt: null, isDeleted: false });
    expect(await outcomesOf(fake, items(1))).toEqual(['UPDATED']);
    expect(fake.sent).toHaveLength(2);
  });

  test('is not sent a second time if two reads show different values', async () => {
    const fake = createFakeWrite({ ...update, fates: ['cut-before', 'cut-before'] });
    const { results } = await runWrites(fake.context, reading(fake, [{ value: 1 }, { value: 2 }]), items(1));
    expect(results[0]?.errors[0]?.code).toBe('CONFLICT');
    expect(fake.sent).toHaveLength(2);
  });

  test.each([
    ['is not sent if the record was changed in the second of the first attempt', 0, 1],
    ['is not sent if the clock that dates records is 9 s behind', -9_000, 1],
    ['is sent if the record was changed a minute before', -60_000, 2],
  ])('%s', async (_title, ms, calls) => {
    const fake = createFakeWrite({ ...update, fates: ['cut-before', 'done'] });
    const datesOf = () => ({ createdAt: null, updatedAt: new Date(ms) });
    await runWrites(fake.context, { ...reading(fake, [{}]), datesOf }, items(1));
    expect(fake.sent).toHaveLength(calls);
  });
});

describe('a record that is there', () => {
  const created = (ms: number) => () => ({ createdAt: new Date(ms), updatedAt: new Date(ms) });

  test.each([
    ['is the one that was sent if it can be as new, whichever clock is right', -59_000, 'CREATED'],
    ['is another one, which is TAKEN, if it is more than a minute older', -61_000, 'TAKEN'],
  ])('after a lost response %s', async (_title, ms, code) => {
    const fake = createFakeWrite({ retry: 'if-absent', fates: ['cut-before'], existing: ['a'] });
    const { idOf: _, ...spec } = fake.spec;
    const { results } = await runWrites(fake.context, { ...spec, datesOf: created(ms) }, items(1));
    expect(results[0]?.errors[0]?.code ?? results[0]?.outcome).toBe(code);
    expect(fake.sent).toHaveLength(1);
  });

  test('is UNCHANGED if its id was known before, else CREATED', async () => {
    for (const [id, outcome] of [
      [7, 'UNCHANGED'],
      [8, 'CREATED'],
    ] as const) {
      const fake = createFakeWrite({ fates: ['cut-before'], existing: ['a'] });
      fake.context.writes.recent.noteId('thing', 7);
      const { results } = await runWrites(fake.context, { ...fake.spec, idOf: () => id }, items(1));
      expect(results[0]?.outcome).toBe(outcome);
      expect(fake.elapsed()).toBe(100);
    }
  });

  test('is UNKNOWN after a lost create that drops equal records if ids tell nothing, unless it was read before', async () => {
    const outcomes: unknown[] = [];
    for (const before of [null, 'absent', 'present'] as const) {
      const fake = createFakeWrite({ fates: ['cut-after'] });
      fake.context.writes.recent.distrustIds('thing');
      const precheck = async (list: readonly Item[]) =>
        new Map(before === null ? [] : list.map((item) => [item, before]));
      const { results } = await runWrites(fake.context, { ...fake.spec, precheck }, items(1));
      outcomes.push(results[0]?.outcome);
    }
    expect(outcomes).toEqual(['UNKNOWN', 'CREATED', 'UNCHANGED']);
  });

  test('is UNCHANGED after a rejected update if it is more than a minute old, else it is sent again', async () => {
    for (const [ms, outcome, calls] of [
      [-61_000, 'UNCHANGED', 1],
      [-59_000, 'UPDATED', 2],
    ] as const) {
      const fake = createFakeWrite({ retry: 'last-write-wins', rejectedKeys: ['b'], existing: ['a'] });
      const { results } = await runWrites(fake.context, { ...fake.spec, datesOf: created(ms) }, items(2));
      expect(results[0]?.outcome).toBe(outcome);
      expect(fake.sent).toHaveLength(calls);
    }
  });
});

test('a created address is reported only when no lost attempt can create it again after a change', async () => {
  const create = (fate: 'cut-after' | 'cut-before') => {
    const fake = createFakeWrite({ retry: 'last-write-wins', fates: [fate], lateWriteMs: 10_000 });
    fake.context.writes.recent.noteId('thing', 7);
    const kind = 'create-if-new' as const;
    const { readBack } = fake.spec;
    const absent: typeof readBack = async (some, context) => {
      const found = await readBack(some, context);
      return new Map(
        [...found].map(([item, shown]) => [item, shown.state === 'differs' ? { state: 'absent' } : shown]),
      );
    };
    return { fake, spec: { ...fake.spec, kind, readBack: absent, idOf: () => 8 } };
  };
  const repeated = create('cut-before');
  await runWrites(repeated.fake.context, repeated.spec, items(1));
  expect(repeated.fake.elapsed()).toBe(10_000);
  // Its new id shows that the only attempt has taken effect.
  const found = create('cut-after');
  await runWrites(found.fake.context, found.spec, items(1));
  expect(found.fake.elapsed()).toBe(100);
});

describe('a throttled call', () => {
  const throttled = { throttled: true } as const;

  test('is read back once and sent again', async () => {
    const fake = createFakeWrite({ retry: 'if-absent', fates: [throttled] });
    expect(await outcomesOf(fake, items(2))).toEqual(['CREATED', 'CREATED']);
    expect([fake.sent.length, fake.reads.length, fake.elapsed()]).toEqual([2, 1, 100]);
  });

  test('is RATE_LIMITED if the store throttles every further attempt', async () => {
    const fake = createFakeWrite({ retry: 'if-absent', fates: Array(10).fill(throttled) });
    expect(await codesOf(fake, items(1))).toEqual(['RATE_LIMITED']);
    expect(fake.sent).toHaveLength(6);
  });
});

describe('a response', () => {
  test('is matched to items by content, not by order', async () => {
    const body = { data: [{ key: 'c' }, { key: 'a' }, { key: 'b' }] };
    const { context, spec } = createFakeWrite({ fates: [{ body }] });
    const { results } = await runWrites(context, spec, items(3));
    expect(results.map(({ record }) => record?.key)).toEqual(['a', 'b', 'c']);
  });

  test('with one unmatched record assigns it to the one unmatched item', async () => {
    const body = { data: [{ key: 'B' }, { key: 'a' }] };
    const fake = createFakeWrite({ fates: [{ body }] });
    const { results } = await runWrites(fake.context, fake.spec, items(2));
    expect(results.map(({ record }) => record?.key)).toEqual(['a', 'B']);
    expect(fake.reads).toEqual([]);
  });

  test('that leaves items out is completed by a read-back', async () => {
    const fake = createFakeWrite({ omittedRecords: 2, retry: 'if-absent' });
    expect(await outcomesOf(fake, items(3))).toEqual(CREATED);
    expect(fake.reads).toEqual([['a', 'b']]);
    expect(fake.sent).toHaveLength(1);
  });

  test('that leaves out items that a read-back does not find makes them UNKNOWN without another attempt', async () => {
    const fake = createFakeWrite({ retry: 'if-absent', fates: [{ body: { data: [] } }] });
    const readBack: typeof fake.spec.readBack = async (some) =>
      new Map(some.map((item) => [item, { state: 'absent' }]));
    const { summary } = await runWrites(fake.context, { ...fake.spec, readBack }, items(3));
    expect(summary.unknown).toBe(3);
    expect(fake.sent).toHaveLength(1);
  });

  test('that leaves out items whose records do not exist makes them NOT_FOUND', async () => {
    const fake = createFakeWrite({ fates: [{ body: { data: [] } }] });
    const readBack: typeof fake.spec.readBack = async (some) =>
      new Map(some.map((item) => [item, { state: 'gone' }]));
    const { results } = await runWrites(fake.context, { ...fake.spec, readBack }, items(1));
    expect(results[0]).toMatchObject({ outcome: 'FAILED', errors: [{ code: 'NOT_FOUND' }] });
  });

  test('determines the outcome by its record if the write is an upsert', async () => {
    const { context, spec } = createFakeWrite();
    const { results } = await runWrites(
      context,
      {
        ...spec,
        kind: 'upsert',
        precheck: async (some) =>
          new Map(some.map((item) => [item, item.key === 'b' ? 'present' : 'absent'])),
      },
      items(2),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'UPDATED']);
  });
});

describe.each([
  ['rolls back a batch that it rejects', true],
  ['keeps the items that it wrote before the invalid one', false],
])('a store that %s', (_how, atomic) => {
  const ten = items(10);
  const keys = ten.map(({ key }) => key);

  for (const retry of ['last-write-wins', 'if-absent'] as const) {
    const written = retry === 'if-absent' ? 'CREATED' : 'UPDATED';
    test.each(keys)(`names %s as invalid: the other nine are written once (${retry})`, async (culprit) => {
      for (const identifiedBy of ['index', 'text'] as const) {
        const fake = createFakeWrite({ atomic, identifiedBy, retry, rejectedKeys: [culprit] });
        const codes = await codesOf(fake, ten);
        const code = identifiedBy === 'index' ? 'INVALID' : 'TAKEN';
        expect(codes).toEqual(keys.map((key) => (key === culprit ? code : written)));
        expect(fake.written.toSorted()).toEqual(keys.filter((key) => key !== culprit));
        expect(fake.sent.length).toBeLessThanOrEqual(2);
      }
    });

    test.each(keys)(`does not name %s as invalid: it is found by bisection (${retry})`, async (culprit) => {
      const fake = createFakeWrite({ atomic, identifiedBy: 'none', retry, rejectedKeys: [culprit] });
      const codes = await codesOf(fake, ten);
      expect(codes).toEqual(keys.map((key) => (key === culprit ? 'REJECTED' : written)));
      expect(fake.written.toSorted()).toEqual(keys.filter((key) => key !== culprit));
      expect(fake.sent.length).toBeLessThanOrEqual(9);
    });
  }

  test('names one of several invalid items at a time: all are found', async () => {
    const fake = createFakeWrite({ atomic, retry: 'if-absent', rejectedKeys: ['b', 'e', 'j'] });
    const codes = await codesOf(fake, ten);
    expect(codes.filter((code) => code === 'INVALID')).toHaveLength(3);
    expect(fake.written.toSorted().join('')).toBe('acdfghi');
    expect(fake.sent.length).toBeLessThanOrEqual(4);
  });

  test('rejects more items than bisection can find: the undecided ones are BATCH_REJECTED', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ key: `${i}` }));
    const rejectedKeys = many.map(({ key }) => key).filter((key) => Number(key) % 2 === 0);
    const title = 'All things of "others" must differ, see ada@example.org';
    const fake = createFakeWrite({ atomic, identifiedBy: 'none', title, rejectedKeys, retry: 'if-absent' });
    const spec = { ...fake.spec, operation: { ...fake.spec.operation, maxItems: 60 } };
    const { results } = await runWrites(fake.context, spec, many);
    expect(fake.sent.length).toBeLessThanOrEqual(25);
    const messages = results.flatMap(({ errors: [error] }) =>
      error?.code === 'BATCH_REJECTED' ? [error.message] : [],
    );
    expect(messages[0]).toBe(
      'The store rejected this item together with others, without naming the invalid ones: All things of "…" must differ, see ….',
    );
    expect(new Set(messages).size).toBe(1);
    for (const [i, { outcome }] of results.entries()) {
      expect(outcome).toBe(fake.written.includes(many[i]?.key ?? '') ? 'CREATED' : 'FAILED');
    }
  });

  test('rejects a batch: items that could not be read back are not sent again', async () => {
    const fake = createFakeWrite({
      atomic,
      retry: 'if-absent',
      rejectedKeys: ['c'],
      failingReads: () => true,
    });
    expect(await codesOf(fake, items(3))).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 'INVALID']);
    expect(fake.sent).toHaveLength(1);
  });

  test('rejects a batch: it is read back although seven reads fail', async () => {
    const failingReads = (read: number) => read <= 7;
    const fake = createFakeWrite({ atomic, retry: 'if-absent', rejectedKeys: ['c'], failingReads });
    expect(await codesOf(fake, items(3))).toEqual(['CREATED', 'CREATED', 'INVALID']);
    expect(fake.written.join('')).toBe('ab');
  });

  test('rejects a batch: items with a password are not sent again', async () => {
    const fake = createFakeWrite({ atomic, rejectedKeys: ['b'] });
    const list = [{ key: 'a', password: true }, { key: 'b' }, { key: 'c' }];
    expect(await codesOf(fake, list)).toEqual(['OUTCOME_UNKNOWN', 'INVALID', 'CREATED']);
    expect(fake.sent).toEqual([['a', 'b', 'c'], ['c']]);
  });
});

describe('a rejection of the whole call', () => {
  test('fails every item without a read, with the time to wait', async () => {
    const fake = createFakeWrite({ fates: [{ status: 429 }] });
    const { results } = await runWrites(fake.context, fake.spec, items(2));
    expect(results).toMatchObject([
      { outcome: 'FAILED', errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }] },
      { outcome: 'FAILED', errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }] },
    ]);
    expect(fake.reads).toEqual([]);
    expect(await codesOf(createFakeWrite({ fates: [{ status: 403 }] }), items(1))).toEqual(['FORBIDDEN']);
  });

  test('for its size splits the batch in halves', async () => {
    const fake = createFakeWrite({ fates: [{ status: 413 }, { status: 413 }] });
    expect(await outcomesOf(fake, items(4))).toEqual([...CREATED, 'CREATED']);
    expect(fake.sent.map((some) => some.length)).toEqual([4, 2, 1, 1, 2]);
  });
});

describe('a write that is not sent', () => {
  test('is NOT_ATTEMPTED, with the cause', async () => {
    const { context, spec } = createFakeWrite({ fates: ['not-sent'] });
    const { results } = await runWrites(context, spec, items(1));
    expect(results[0]).toMatchObject({
      outcome: 'NOT_ATTEMPTED',
      errors: [{ code: 'UPSTREAM_UNAVAILABLE' }],
    });
  });

  test('because a read before it failed is NOT_ATTEMPTED too', async () => {
    const fake = createFakeWrite();
    const refused = createFakeWrite({ fates: [{ status: 429 }] }).spec.send([]);
    const precheck = async () => {
      const attempt = await refused;
      throw attempt.outcome === 'rejected' ? attempt.rejection.error : new Error();
    };
    const { results } = await runWrites(fake.context, { ...fake.spec, precheck }, items(1));
    expect(results[0]).toMatchObject({
      outcome: 'NOT_ATTEMPTED',
      errors: [{ code: 'RATE_LIMITED', retryAfterMs: 7_000 }],
    });
    expect(fake.sent).toEqual([]);
  });
});

describe('a client that disconnects', () => {
  test('before anything was sent gets NOT_ATTEMPTED for every item', async () => {
    const fake = createFakeWrite();
    fake.abort();
    expect(await codesOf(fake, items(3))).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
    expect(fake.sent).toEqual([]);
  });

  test('gets results for batches in flight, while queued batches are not sent', async () => {
    const fake: FakeWrite = createFakeWrite({ fates: ['cut-after'], onSend: () => fake.abort() });
    const spec: typeof fake.spec = {
      ...fake.spec,
      // The second batch is queued while the first is in flight.
      send: (some) =>
        fake.sent.length === 0
          ? fake.spec.send(some)
          : Promise.resolve({ outcome: 'not-sent', error: new Error('left') as never }),
    };
    const { results } = await runWrites(fake.context, spec, items(12));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array(10).fill('CREATED'),
      'NOT_ATTEMPTED',
      'NOT_ATTEMPTED',
    ]);
    expect(results[11]?.errors[0]?.code).toBe('CANCELLED');
  });

  test('gets the result of a late write without another attempt', async () => {
    for (const retry of ['last-write-wins', 'if-absent'] as const) {
      const fake: FakeWrite = createFakeWrite({ retry, fates: [{ late: 900 }], onSend: () => fake.abort() });
      expect(await outcomesOf(fake, items(3))).toEqual(retry === 'if-absent' ? CREATED : UPDATED);
      expect(fake.sent).toHaveLength(1);
    }
  });

  test('gets a result after the settle time for a write that no read-back finds', async () => {
    const expected = { 'if-absent': 'FAILED', idempotent: 'FAILED', 'last-write-wins': 'UNKNOWN' } as const;
    for (const retry of ['if-absent', 'idempotent', 'last-write-wins'] as const) {
      const fake: FakeWrite = createFakeWrite({ retry, fates: ['cut-before'], onSend: () => fake.abort() });
      expect(await outcomesOf(fake, items(1))).toEqual([expected[retry]]);
      expect(fake.elapsed()).toBeGreaterThanOrEqual(1_000);
      expect(fake.sent).toHaveLength(1);
    }
  });
});
