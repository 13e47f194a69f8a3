import type { OpenLine } from "./line.js";

/** What a loop gave. */
export interface LoopResult {
  /** Milliseconds, one for each answer. */
  readonly latencies: readonly number[];
  /** From the first request to the last answer. */
  readonly seconds: number;
}

/**
 * Keeps `window` requests without an answer for so many seconds, or until there is no request left: each answer lets the next request go
 * out. What is under way at the end is waited for and counts.
 * @param next the next request, or none when all are used up
 */
export function runClosedLoop<Request>(
  open: OpenLine<Request>,
  next: () => Request | undefined,
  window: number,
  seconds: number,
): Promise<LoopResult> {
  return new Promise((resolve, reject) => {
    const started = new Float64Array(window);
    const latencies: number[] = [];
    const begin = performance.now();
    const end = begin + seconds * 1_000;
    let underWay = 0;
    const line = open({
      answered: (slot) => {
        const now = performance.now();
        latencies.push(now - (started[slot] ?? 0));
        underWay -= 1;
        send(slot, now);
        if (underWay > 0) return;
        line.end();
        resolve({ latencies, seconds: (now - begin) / 1_000 });
      },
      shed: (_, why) => reject(why),
      failed: reject,
    });
    const send = (slot: number, now: number): void => {
      const request = now < end ? next() : undefined;
      if (request === undefined) return;
      started[slot] = now;
      underWay += 1;
      line.send(slot, request);
    };
    for (let slot = 0; slot < window; slot += 1) send(slot, performance.now());
  });
}
