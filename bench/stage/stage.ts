import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LoadResult, LoadTask } from "../load/load-task.js";
import { BenchServer } from "./bench-server.js";
import { type BenchToken, makeBenchToken } from "./bench-token.js";
import { type CertificateFiles, writeCertificates } from "./certificates.js";
import { STREAM_KEYS } from "./keys.js";
import type { ServerSetup, ServerUsage, TokenPlace } from "./setup.js";
import type { Worker } from "./worker.js";
import { WorkerGroup } from "./worker-group.js";

/** What servers differ in; see `ServerSetup`. */
export type ServerChoice = Pick<ServerSetup, "lanes"> & Partial<ServerSetup>;

/** The usual server: as in production, ledger and audit log on. */
const USUAL = { keyCacheSize: 100, ledger: true, audit: true, tokenDelay: 0, watchEventLoop: false } as const;

/** A token with keys, and the servers and clients on it, each a process of its own. */
export class Stage {
  readonly place: TokenPlace;
  readonly #token: BenchToken;
  readonly #tls: CertificateFiles;
  readonly #workers: WorkerGroup;
  readonly #remove: () => void;
  readonly #directories: string[] = [];

  private constructor(token: BenchToken, remove: () => void) {
    const { modulePath, tokenLabel, pinFile, directory, moduleEnvironment } = token.token;
    this.place = { modulePath, tokenLabel, pinFile };
    this.#token = token;
    this.#tls = writeCertificates(directory);
    this.#workers = new WorkerGroup(moduleEnvironment);
    this.#remove = remove;
  }

  /** On a token of its own, which is deleted in the end. */
  static async open(): Promise<Stage> {
    const token = await makeBenchToken(STREAM_KEYS);
    return new Stage(token, () => token.token.remove());
  }

  /** On a token that stays. */
  static on(token: BenchToken): Stage {
    return new Stage(token, () => undefined);
  }

  /** Sealed keys by name. */
  get sealedKeys(): Readonly<Record<string, Buffer>> {
    return this.#token.sealedKeys;
  }

  /** Starts a server. */
  async server(choice: ServerChoice): Promise<BenchServer> {
    const { directory: parent, moduleEnvironment } = this.#token.token;
    const directory = mkdtempSync(join(parent, "server-"));
    this.#directories.push(directory);
    const { register } = this.#token;
    const setup: ServerSetup = {
      ...USUAL,
      ...this.place,
      moduleEnvironment,
      directory,
      register,
      tls: this.#tls,
      ...choice,
    };
    return new BenchServer(await this.#workers.open<"usage", ServerUsage>("server-worker", setup));
  }

  /** Starts a client. */
  client(): Promise<Worker<LoadTask, LoadResult>> {
    return this.#workers.open("load-worker", this.#tls);
  }

  /** Starts any other worker. */
  worker<Task, Result>(program: string, setup: unknown): Promise<Worker<Task, Result>> {
    return this.#workers.open(program, setup);
  }

  async close(): Promise<void> {
    await this.#workers.close();
    for (const directory of this.#directories) rmSync(directory, { recursive: true, force: true });
    this.#remove();
  }
}

/** Opens a stage for `work` and closes it, whatever happens. */
export async function onStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await Stage.open();
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}
