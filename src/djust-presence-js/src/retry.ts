const steps = [0, 300, 1_000, 2_000, 5_000];
const last = 10_000;

/**
 * How long to wait before an attempt, in milliseconds: at once, then 0.3 s, 1 s, 2 s, 5 s, then 10 s for ever.
 * @param attempt counts from 0.
 * @param random a number from 0 to 1. It spreads each step by a quarter, so that the clients of a server that restarts do not
 * come back as one.
 */
export function retryDelay(attempt: number, random: number): number {
  return (steps[attempt] ?? last) * (0.75 + random / 2);
}
