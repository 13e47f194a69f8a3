import type { Sample } from "../figures/index.js";

const CHECK_EVERY = 64;

/** Calls `operation` for so many seconds, each time when the time before has ended. @returns how often a second */
export async function repeatFor(seconds: number, operation: () => Promise<void> | void): Promise<Sample> {
  const begin = performance.now();
  let count = 0;
  let now = begin;
  for (; now - begin < seconds * 1_000; now = performance.now()) {
    for (let index = 0; index < CHECK_EVERY; index += 1) await operation();
    count += CHECK_EVERY;
  }
  return { value: (count * 1_000) / (now - begin) };
}
