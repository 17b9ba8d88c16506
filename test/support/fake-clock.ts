import type { Clock } from '../../src/governor/governor.ts';

/** A clock that only advances on request. Timers fire in order. */
export interface FakeClock extends Clock {
  /** Calls a function at a time, in milliseconds of this clock. */
  callAt(time: number, act: () => void): void;
  /** Advances to this time and fires all timers on the way. */
  advanceTo(time: number): Promise<void>;
}

interface Timer {
  readonly time: number;
  readonly order: number;
  readonly callback: () => void;
}

export function createFakeClock(): FakeClock {
  let time = 0;
  let order = 0;
  // A heap by time, then by order.
  const timers: Timer[] = [];

  const isBefore = (one: Timer, other: Timer) =>
    one.time < other.time || (one.time === other.time && one.order < other.order);

  function swap(one: number, other: number): void {
    [timers[one], timers[other]] = [timers[other] as Timer, timers[one] as Timer];
  }

  function push(alarm: Timer): void {
    let place = timers.push(alarm) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(alarm, timers[above] as Timer)) return;
      swap(place, above);
      place = above;
    }
  }

  function pop(): Timer | undefined {
    const first = timers[0];
    const last = timers.pop();
    if (first === undefined || last === undefined || timers.length === 0) return first;
    timers[0] = last;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      for (const child of [left, right]) {
        if (child < timers.length && isBefore(timers[child] as Timer, timers[least] as Timer)) least = child;
      }
      if (least === place) return first;
      swap(place, least);
      place = least;
    }
  }

  function callAt(dueAt: number, callback: () => void): void {
    order += 1;
    push({ time: Math.max(time, dueAt), order, callback });
  }

  return {
    now: () => time,
    sleep: (ms) => new Promise((resolve) => callAt(time + ms, resolve)),
    callAt,
    async advanceTo(end) {
      await flushMicrotasks();
      while (timers[0] && timers[0].time <= end) {
        const alarm = pop() as Timer;
        time = alarm.time;
        alarm.callback();
        await flushMicrotasks();
      }
      time = end;
    },
  };
}

/** Resolves when all microtasks that are pending have run, and what they leave for the next turn of the event loop. */
function flushMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
