/** Where the simulator takes its time from. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves the clock forward. Throws `RangeError` for a negative step. */
  advance(ms: number): void;
}

/** The machine's own clock. */
export const realClock: Clock = { now: () => Date.now() };

/** A clock for tests: starts at `start` (default: now) and moves by `advance` only. */
export function manualClock(start: number = Date.now()): ManualClock {
  let time = start;
  return {
    now: () => time,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`A clock only moves forward: asked to move by ${ms} ms`);
      time += ms;
    },
  };
}
