import cluster, { type Worker } from "node:cluster";
import type { LaneFailureCode } from "../../../engine/lanes/index.js";
import type { MetricsSnapshot } from "../../../service/metrics/index.js";
import type { ServerConfig } from "../../config/index.js";
import { EXIT, type ExitCode } from "../../exit-codes.js";
import type { FromFront, FrontPlace, ToFront } from "./front-messages.js";
import type { LoginApplicant, LoginTurns } from "./login-turns.js";

/** How long a front may take to say what it counted, in milliseconds. */
const METRICS_TIMEOUT_MS = 1_000;

/** Where a front listens. */
export interface FrontAddress {
  readonly host: string;
  readonly port: number;
}

/** One front's process, from its start to its end. `cluster.setupPrimary` has said which program it runs. */
export class FrontProcess implements LoginApplicant {
  readonly place: FrontPlace;
  readonly #config: ServerConfig;
  readonly #worker: Worker;
  readonly #turns: LoginTurns;
  readonly #metrics = new Map<number, (snapshot: MetricsSnapshot | undefined) => void>();
  #lastMetrics: MetricsSnapshot | undefined;
  #lastId = 0;
  #awake = false;
  #stopping = false;
  #setReady: (address: FrontAddress) => void = () => undefined;
  /** Resolves when it listens; never, when it ends before. */
  readonly ready: Promise<FrontAddress>;
  /** Resolves with its exit code when it is gone. */
  readonly ended: Promise<ExitCode>;

  constructor(config: ServerConfig, place: FrontPlace, turns: LoginTurns) {
    this.place = place;
    this.#config = config;
    this.#turns = turns;
    this.#worker = cluster.fork();
    this.ready = new Promise((resolve) => {
      this.#setReady = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#worker.once("exit", (code: number | null) => {
        turns.gone(this);
        for (const settle of this.#metrics.values()) settle(undefined);
        resolve((code ?? EXIT.DEFECT) as ExitCode);
      });
    });
    // What is sent to a process that is ending fails, and its end is told anyway.
    this.#worker.on("error", () => undefined);
    this.#worker.on("message", (message: FromFront) => this.#receive(message));
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  grantLogin(): void {
    this.#send({ kind: "login" });
  }

  denyLogin(code: LaneFailureCode): void {
    this.#send({ kind: "noLogin", code });
  }

  /** What it said last that it had counted; undefined when it was never asked. */
  get lastMetrics(): MetricsSnapshot | undefined {
    return this.#lastMetrics;
  }

  /** What it has counted; when it does not say so in time, what it said before. */
  readMetrics(): Promise<MetricsSnapshot | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const settle = (snapshot: MetricsSnapshot | undefined) => {
        clearTimeout(timer);
        this.#metrics.delete(id);
        this.#lastMetrics = snapshot ?? this.#lastMetrics;
        resolve(this.#lastMetrics);
      };
      const timer = setTimeout(() => settle(undefined), METRICS_TIMEOUT_MS);
      this.#metrics.set(id, settle);
      this.#send({ kind: "readMetrics", id });
    });
  }

  /** Has it read its policy again. */
  hangUp(): void {
    this.#worker.process.kill("SIGHUP");
  }

  /** Has it drain and end, once it hears. */
  stop(): void {
    this.#stopping = true;
    if (this.#awake) this.#send({ kind: "stop" });
  }

  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  #receive(message: FromFront): void {
    switch (message.kind) {
      case "awake":
        this.#awake = true;
        this.#send({ kind: "start", config: this.#config, place: this.place });
        if (this.#stopping) this.stop();
        break;
      case "wantsLogin":
        this.#turns.want(this);
        break;
      case "loggedIn":
        this.#turns.done(this, message.refusal);
        break;
      case "ready":
        this.#setReady(message);
        break;
      case "metrics":
        this.#metrics.get(message.id)?.(message.snapshot);
        break;
    }
  }

  #send(message: ToFront): void {
    if (this.#worker.isConnected()) this.#worker.send(message, () => undefined);
  }
}
