import type { ClientDuplexStream } from "@grpc/grpc-js";
import { summarizeLatencies } from "./latencies.js";
import type { RoundResult } from "./serve-worker.js";

/** What goes over a stream, and how its answers are told apart. */
export interface LoopTraffic<Q, A> {
  /** The next request for a place of the window, or none when all are used up. */
  request(slot: number): Q | undefined;
  /** The place whose request this answers. @throws when the answer is wrong */
  slotOf(answer: A): number;
}

/**
 * Keeps `window` requests without an answer for so many seconds, or until there is no request left: each answer lets the next request go
 * out. What is under way at the end is waited for and counts.
 */
export function runClosedLoop<Q, A>(
  stream: ClientDuplexStream<Q, A>,
  { request, slotOf }: LoopTraffic<Q, A>,
  window: number,
  seconds: number,
): Promise<RoundResult> {
  return new Promise((resolve, reject) => {
    const started = new Float64Array(window);
    const latencies: number[] = [];
    const begin = performance.now();
    const end = begin + seconds * 1_000;
    let underWay = 0;
    let last = begin;
    const send = (slot: number, now: number): void => {
      const next = now < end ? request(slot) : undefined;
      if (next === undefined) return;
      started[slot] = now;
      underWay += 1;
      stream.write(next);
    };
    const take = (answer: A): void => {
      const slot = slotOf(answer);
      last = performance.now();
      latencies.push(last - (started[slot] ?? 0));
      underWay -= 1;
      send(slot, last);
      if (underWay === 0) stream.end();
    };
    stream.on("data", (answer: A) => {
      try {
        take(answer);
      } catch (error) {
        reject(error);
        stream.cancel();
      }
    });
    stream.on("error", reject);
    stream.on("end", () =>
      resolve({ perSecond: (latencies.length * 1_000) / (last - begin), latency: summarizeLatencies(latencies) }),
    );
    for (let slot = 0; slot < window; slot += 1) send(slot, performance.now());
  });
}
