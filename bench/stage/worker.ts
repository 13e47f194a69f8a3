import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FromWorker, ToWorker } from "./serve-worker.js";

/** A process of its own that is measured, or that measures. Its standard output goes to this process's standard error. */
export class Worker<Task, Result> {
  readonly #child: ChildProcess;
  readonly facts: Readonly<Record<string, number>>;

  private constructor(child: ChildProcess, facts: Readonly<Record<string, number>>) {
    this.#child = child;
    this.facts = facts;
  }

  /** Starts `program` (a module of `workers`) with `setup` as its data, and waits until it is ready. */
  static async open<Task, Result>(
    program: string,
    setup: unknown,
    environment: Readonly<Record<string, string>>,
  ): Promise<Worker<Task, Result>> {
    const child = fork(fileURLToPath(new URL(`../workers/${program}.js`, import.meta.url)), {
      stdio: ["ignore", 2, 2, "ipc"],
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      execArgv: process.env["BENCH_NODE_OPTIONS"]?.split(" ") ?? [],
    });
    const reply = await ask(child, { kind: "open", setup });
    if (reply.kind !== "ready") throw new Error(`${program} did not get ready.`);
    return new Worker(child, reply.facts);
  }

  /** One task at a time. @throws Error what the worker says went wrong */
  async run(task: Task): Promise<Result> {
    const reply = await ask(this.#child, { kind: "run", task });
    if (reply.kind !== "result") throw new Error("The worker gave no result.");
    return reply.result as Result;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

async function ask(child: ChildProcess, message: ToWorker): Promise<FromWorker> {
  const gone = new AbortController();
  const exited = once(child, "exit", { signal: gone.signal }).then((): [FromWorker] => [
    { kind: "failed", error: "It ended." },
  ]);
  exited.catch(() => undefined);
  child.send(message);
  const [reply] = await Promise.race([once(child, "message") as Promise<[FromWorker]>, exited]);
  gone.abort();
  if (reply.kind === "failed") throw new Error(`A worker failed: ${reply.error}`);
  return reply;
}
