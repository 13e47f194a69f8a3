import type { ServerDuplexStream } from "@grpc/grpc-js";
import { Refusal } from "../../base/index.js";
import type { Status } from "../../gen/google/rpc/status.js";
import { toStatus } from "../error-status.js";
import type { Permission } from "../permission.js";
import { type CallContext, contextOf } from "./call-context.js";
import type { Ending } from "./ending.js";
import { MALFORMED, type Received } from "./service-definition.js";

/** How the items of a stream carry requests and answers. */
export interface ItemCodec<Item, Answer, Request, Response> {
  /** The caller's own number of the item. */
  idOf(item: Item): bigint;
  /** The request, or the sign that there is none to be read. */
  requestOf(item: Item): Received<Request>;
  /** For how many milliseconds the answer is wanted; 0: as long as the stream lasts. */
  timeoutOf(item: Item): number;
  answered(id: bigint, response: Response): Answer;
  refused(id: bigint, status: Status): Answer;
}

/** Runs one request; `id` is the caller's number of the item. */
type RunItem<Request, Response> = (request: Received<Request>, context: CallContext, id: string) => Promise<Ending<Response>>;

/** Items of one stream that are worked on at once; while there are so many, none is read. */
export const STREAM_WINDOW = 512;

/** Answers an item that cannot be read: its number cannot be either. */
const UNREADABLE = 0n;

/**
 * One stream of requests, each answered once and in whatever order the answers come.
 *
 * Back-pressure goes both ways: nothing is read while the window is full or while the caller does not take the answers. The stream ends
 * when the caller has ended its side, or the server stops, and everything begun is answered.
 */
export class ItemStream<Item, Answer, Request, Response> {
  readonly #call: ServerDuplexStream<Received<Item>, Answer>;
  readonly #codec: ItemCodec<Item, Answer, Request, Response>;
  readonly #run: RunItem<Request, Response>;
  readonly #permissionNow: () => Permission;
  readonly ended: Promise<void>;
  #settleEnded: () => void = () => undefined;
  #working = 0;
  #blocked = false;
  #finishing = false;
  #over = false;

  constructor(
    call: ServerDuplexStream<Received<Item>, Answer>,
    codec: ItemCodec<Item, Answer, Request, Response>,
    run: RunItem<Request, Response>,
    permissionNow: () => Permission,
  ) {
    this.#call = call;
    this.#codec = codec;
    this.#run = run;
    this.#permissionNow = permissionNow;
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
    call.on("data", (item: Received<Item>) => this.#take(item));
    call.on("end", () => this.finish());
    call.on("drain", () => {
      this.#blocked = false;
      this.#readOn();
    });
    // The caller is gone: what is begun is finished, and told nobody.
    call.on("cancelled", () => this.#close());
    call.on("error", () => this.#close());
  }

  /** Takes nothing new; ends when everything begun is answered. */
  finish(): void {
    this.#finishing = true;
    this.#call.pause();
    this.#endWhenDone();
  }

  #take(item: Received<Item>): void {
    this.#working += 1;
    if (this.#working >= STREAM_WINDOW) this.#call.pause();
    const id = item === MALFORMED ? UNREADABLE : this.#codec.idOf(item);
    this.#work(item, id)
      .then((ending) => this.#answer(id, ending))
      // A request without an answer would keep its caller waiting for ever: the stream is broken off instead.
      .catch(() => this.#call.destroy())
      .finally(() => {
        this.#working -= 1;
        this.#readOn();
        this.#endWhenDone();
      });
  }

  #work(item: Received<Item>, id: bigint): Promise<Ending<Response>> {
    const request = item === MALFORMED ? MALFORMED : this.#codec.requestOf(item);
    const context = this.#contextOf(item === MALFORMED ? 0 : this.#codec.timeoutOf(item));
    if (item !== MALFORMED && id === UNREADABLE) {
      const refuse = () => {
        throw new Refusal("REQUEST_INVALID", { field: "correlation_id" });
      };
      return this.#run(request, { ...context, ensureLive: refuse }, String(id));
    }
    return this.#run(request, context, String(id));
  }

  #contextOf(timeout: number): CallContext {
    const stream = contextOf(this.#call, this.#permissionNow());
    if (timeout === 0) return stream;
    const wantedUntil = performance.now() + timeout;
    return {
      ...stream,
      ensureLive: () => {
        if (performance.now() >= wantedUntil) throw new Refusal("DEADLINE_EXCEEDED");
        stream.ensureLive();
      },
    };
  }

  #answer(id: bigint, ending: Ending<Response>): void {
    if (this.#over || ending.kind === "cancelled") return;
    const answer =
      ending.kind === "answered"
        ? this.#codec.answered(id, ending.response)
        : this.#codec.refused(id, toStatus(ending.refusal, ending.incident));
    if (this.#call.write(answer)) return;
    this.#blocked = true;
    this.#call.pause();
  }

  #readOn(): void {
    if (!this.#blocked && !this.#finishing && !this.#over && this.#working < STREAM_WINDOW) this.#call.resume();
  }

  #endWhenDone(): void {
    if (!this.#finishing || this.#working > 0 || this.#over) return;
    this.#close();
    this.#call.end();
  }

  #close(): void {
    this.#over = true;
    this.#settleEnded();
  }
}
