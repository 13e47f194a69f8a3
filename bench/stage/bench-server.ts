import type { Sample } from "../figures/index.js";
import type { LoadResult, LoadTask } from "../load/load-task.js";
import type { ServerUsage } from "./setup.js";
import type { Worker } from "./worker.js";

/** What a load on a server gave, and what the server used for it. */
export interface LoadFigures {
  readonly load: LoadResult;
  readonly before: ServerUsage;
  readonly after: ServerUsage;
}

/** A server that is measured. */
export class BenchServer {
  readonly #worker: Worker<"usage", ServerUsage>;

  constructor(worker: Worker<"usage", ServerUsage>) {
    this.#worker = worker;
  }

  get port(): number {
    return this.#worker.facts["port"] ?? 0;
  }

  usage(): Promise<ServerUsage> {
    return this.#worker.run("usage");
  }

  /** Has the client put a load on this server. */
  async load(client: Worker<LoadTask, LoadResult>, task: Omit<LoadTask, "port">): Promise<LoadFigures> {
    const before = await this.usage();
    const load = await client.run({ ...task, port: this.port });
    return { load, before, after: await this.usage() };
  }

  /** See `rateOf`. */
  async rate(client: Worker<LoadTask, LoadResult>, task: Omit<LoadTask, "port">): Promise<Sample> {
    return rateOf(await this.load(client, task));
  }
}

/** The rate of a load, with latencies and with what CPU time a request took of whom. */
export function rateOf({ load, before, after }: LoadFigures): Sample {
  return {
    value: load.perSecond,
    details: {
      "p50 ms": load.p50,
      "p99 ms": load.p99,
      "client CPU µs": load.clientCpu / load.answers,
      "front CPU µs": (after.frontCpu - before.frontCpu) / load.answers,
      "lane CPU µs": (after.laneCpu - before.laneCpu) / load.answers,
    },
  };
}
