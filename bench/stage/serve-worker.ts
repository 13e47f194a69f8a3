/** A worker that is ready. */
export interface OpenWorker<Task, Result> {
  /** What the others need to know of it, such as its port. */
  readonly facts: Readonly<Record<string, number>>;
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** To a worker. */
export type ToWorker = { readonly kind: "open"; readonly setup: unknown } | { readonly kind: "run"; readonly task: unknown };

/** From a worker, one for each message to it. */
export type FromWorker =
  | { readonly kind: "ready"; readonly facts: Readonly<Record<string, number>> }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "failed"; readonly error: string };

/** The program of a worker: opened once, then one task after the other, until the parent disconnects. */
export function serveWorker<Setup, Task, Result>(open: (setup: Setup) => Promise<OpenWorker<Task, Result>>): void {
  let worker: OpenWorker<Task, Result> | undefined;
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    if (message.kind === "open") {
      worker = await open(message.setup as Setup);
      return { kind: "ready", facts: worker.facts };
    }
    if (worker === undefined) throw new Error("The worker is not open.");
    return { kind: "result", result: await worker.run(message.task as Task) };
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
