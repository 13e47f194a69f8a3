import type { LoopResult } from "./closed-loop.js";
import type { OpenLine } from "./line.js";

/** What counts as the latency of a request that was refused for want of time or room: longer than any that was answered. */
export const SHED_MS = 10_000;

/** As often as a timer of this runtime can. */
const TICK_MS = 1;

/**
 * Sends so many requests a second, evenly, whatever the answers do, and waits for all answers.
 *
 * Each latency counts from when the request was to be sent, not from when it was: a request that had to wait because this process, the
 * connection or the server was held up has waited, and is not omitted. So a latency holds up to a tick of this process's own timer.
 */
export function runOpenLoop<Request>(
  open: OpenLine<Request>,
  next: () => Request,
  perSecond: number,
  seconds: number,
): Promise<LoopResult> {
  return new Promise((resolve, reject) => {
    const total = Math.round(perSecond * seconds);
    const latencies: number[] = [];
    const begin = performance.now() + TICK_MS;
    const dueAt = (slot: number): number => begin + (slot * 1_000) / perSecond;
    let sent = 0;
    const note = (latency: number): void => {
      latencies.push(latency);
      if (latencies.length < total) return;
      line.end();
      resolve({ latencies, seconds: (performance.now() - begin) / 1_000 });
    };
    const line = open({
      answered: (slot) => note(performance.now() - dueAt(slot)),
      shed: () => note(SHED_MS),
      failed: (error) => {
        sent = total;
        reject(error);
      },
    });
    const tick = (): void => {
      for (; sent < total && dueAt(sent) <= performance.now(); sent += 1) line.send(sent, next());
      if (sent < total) setTimeout(tick, TICK_MS);
    };
    tick();
  });
}
