import type { Clock } from '../../src/governor/governor.ts';

/** A clock that only advances on request. Timers fire in order. */
export interface FakeClock extends Clock {
  /** Calls a function at a time, in milliseconds of this clock. */
  at(time: number, act: () => void): void;
  /** Advances to this time and fires all timers on the way. */
  runUntil(time: number): Promise<void>;
}

interface Alarm {
  readonly time: number;
  readonly order: number;
  readonly ring: () => void;
}

export function createFakeClock(): FakeClock {
  let time = 0;
  let order = 0;
  // A heap by time, then by order.
  const alarms: Alarm[] = [];

  const isBefore = (one: Alarm, other: Alarm) =>
    one.time < other.time || (one.time === other.time && one.order < other.order);

  function swap(one: number, other: number): void {
    [alarms[one], alarms[other]] = [alarms[other] as Alarm, alarms[one] as Alarm];
  }

  function push(alarm: Alarm): void {
    let place = alarms.push(alarm) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(alarm, alarms[above] as Alarm)) return;
      swap(place, above);
      place = above;
    }
  }

  function pop(): Alarm | undefined {
    const first = alarms[0];
    const last = alarms.pop();
    if (first === undefined || last === undefined || alarms.length === 0) return first;
    alarms[0] = last;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      for (const child of [left, right]) {
        if (child < alarms.length && isBefore(alarms[child] as Alarm, alarms[least] as Alarm)) least = child;
      }
      if (least === place) return first;
      swap(place, least);
      place = least;
    }
  }

  function at(dueAt: number, ring: () => void): void {
    order += 1;
    push({ time: Math.max(time, dueAt), order, ring });
  }

  return {
    now: () => time,
    sleep: (ms) => new Promise((resolve) => at(time + ms, resolve)),
    at,
    async runUntil(end) {
      await settled();
      while (alarms[0] && alarms[0].time <= end) {
        const alarm = pop() as Alarm;
        time = alarm.time;
        alarm.ring();
        await settled();
      }
      time = end;
    },
  };
}

/** Resolves when all microtasks that are pending have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
