import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { MessageWriter } from "../../base/index.js";
import { FromLane, ToLane } from "../../gen/pinmac/engine/v1/lane.js";
import { encodeFrame, FrameDecoder } from "./frames.js";

/** What the channel tells its owner. `ended` is called once, last, and only after everything that the lane wrote was handed over. */
export interface ChannelHandlers {
  /** May throw: then the lane broke the protocol and is killed. */
  message(message: FromLane): void;
  ended(): void;
}

/** A lane's process and the socket to it: frames in, frames out. */
export class LaneChannel {
  readonly #child: ChildProcess;
  readonly #socket: Duplex | undefined;
  readonly #handlers: ChannelHandlers;
  readonly #decoder = new FrameDecoder();
  readonly #writer = new MessageWriter(ToLane);
  #killed = false;
  #ended = false;

  /** Starts the process. Its environment is exactly `environment`; what it prints goes to this process's standard error. */
  constructor(entry: string, environment: Readonly<Record<string, string>>, handlers: ChannelHandlers) {
    this.#handlers = handlers;
    this.#child = spawn(process.execPath, [entry], { stdio: ["ignore", 2, 2, "pipe"], env: { ...environment } });
    this.#child.on("error", () => {
      // Without a process no "close" follows.
      if (this.#child.pid === undefined) this.#end();
    });
    this.#child.on("close", () => this.#end());
    // Node types the fourth stream as one-way; for an extra pipe it is a socket.
    this.#socket = (this.#child.stdio[3] ?? undefined) as Duplex | undefined;
    this.#socket?.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#socket?.on("error", () => this.kill());
    // The lane closes its end by ending; one that lives on deaf and dumb is of no use.
    this.#socket?.on("end", () => this.kill());
  }

  /** Whether the lane still hears and is heard. */
  get open(): boolean {
    return !this.#killed && !this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends each message in a frame of its own, all in one write. A lane that is gone swallows them. */
  send(...messages: readonly ToLane[]): void {
    if (!this.open || messages.length === 0) return;
    const frames = messages.map((message) => encodeFrame(this.#writer.write(message)));
    this.#socket?.write(frames.length === 1 ? frames[0] : Buffer.concat(frames));
  }

  /** Tells the lane that nothing more will come: it logs out and ends. */
  finish(): void {
    this.#socket?.end();
  }

  /** Ends the process at once; what it still says is not heard. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.#child.kill("SIGKILL");
    this.#socket?.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#killed) return;
    try {
      for (const payload of this.#decoder.push(chunk)) this.#handlers.message(FromLane.decode(payload));
    } catch {
      // Garbage, an oversized frame, an outcome that nobody asked for: all the same. The lane cannot be trusted to be in step.
      this.kill();
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handlers.ended();
  }
}
