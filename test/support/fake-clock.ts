import type { Clock } from '../../src/governor/governor.ts';

/** A clock that stands still until it is told to go on. Whoever sleeps is woken in order. */
export interface FakeClock extends Clock {
  /** Calls a function at a moment. */
  at(time: number, act: () => void): void;
  /** Goes on until this moment, letting everything that happens on the way happen. */
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

  function at(moment: number, ring: () => void): void {
    order += 1;
    push({ time: Math.max(time, moment), order, ring });
  }

  return {
    now: () => time,
    sleep: (ms) => new Promise((resolve) => at(time + ms, resolve)),
    at,
    async runUntil(moment) {
      await settled();
      while (alarms[0] && alarms[0].time <= moment) {
        const alarm = pop() as Alarm;
        time = alarm.time;
        alarm.ring();
        await settled();
      }
      time = moment;
    },
  };
}

/** All that follows from what has happened has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
