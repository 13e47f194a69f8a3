/** One round of a measurement. */
export interface RoundTask {
  readonly seconds: number;
  /** What to do, where a worker can do several things. */
  readonly subject?: string;
  /** How many at the same time. */
  readonly concurrency?: number;
}

/** What a round gave. */
export interface RoundResult {
  readonly perSecond: number;
  /** Of single operations, in microseconds; where the worker takes them. */
  readonly latency?: { readonly p50: number; readonly p99: number };
  /** What a single operation took, such as derivations, by name; where the worker counts. */
  readonly costs?: Readonly<Record<string, number>>;
}

/** A worker that is ready. */
export interface OpenWorker {
  /** What the others need to know of it, such as its port. */
  readonly facts: Readonly<Record<string, number>>;
  run(task: RoundTask): Promise<RoundResult>;
  close(): Promise<void>;
}

/** To a worker. */
export type ToWorker = { readonly kind: "open"; readonly setup: unknown } | { readonly kind: "run"; readonly task: RoundTask };

/** From a worker, one for each message to it. */
export type FromWorker =
  | { readonly kind: "ready"; readonly facts: Readonly<Record<string, number>> }
  | { readonly kind: "result"; readonly result: RoundResult }
  | { readonly kind: "failed"; readonly error: string };

/** The program of a worker: opened once, then one round after the other, until the parent disconnects. */
export function serveWorker<S>(open: (setup: S) => Promise<OpenWorker>): void {
  let worker: OpenWorker | undefined;
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    if (message.kind === "open") {
      worker = await open(message.setup as S);
      return { kind: "ready", facts: worker.facts };
    }
    if (worker === undefined) throw new Error("The worker is not open.");
    return { kind: "result", result: await worker.run(message.task) };
  };
  process.on("message", (message: ToWorker) => {
    void answer(message)
      .catch(
        (error: unknown): FromWorker => ({ kind: "failed", error: error instanceof Error ? `${error.stack}` : String(error) }),
      )
      .then((reply) => process.send?.(reply));
  });
  process.on("disconnect", () => {
    void Promise.resolve(worker?.close()).finally(() => process.exit());
  });
}

/** Calls `operation` for so many seconds, each time when the time before has ended. */
export async function repeatFor(seconds: number, operation: () => Promise<void> | void): Promise<RoundResult> {
  const CHECK_EVERY = 64;
  const begin = performance.now();
  let count = 0;
  let now = begin;
  for (; now - begin < seconds * 1_000; now = performance.now()) {
    for (let index = 0; index < CHECK_EVERY; index += 1) await operation();
    count += CHECK_EVERY;
  }
  return { perSecond: (count * 1_000) / (now - begin) };
}
