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

/** One request of a stream, when it has its turn. */
export interface ItemArrival<Request> {
  readonly request: Received<Request>;
  readonly context: CallContext;
  /** Whether there was room for it; what runs it gives the room back. */
  readonly isIn: boolean;
  /** The caller's own number of the item. */
  readonly correlationId: string;
}

/** What a stream asks of the server. */
export interface StreamSurroundings<Request, Response> {
  /** As `InFlight.enterItem`, for the client of this stream. */
  enter(begin: (isIn: boolean) => void): boolean;
  /** Never rejects for what a request can cause. */
  run(arrival: ItemArrival<Request>): Promise<Ending<Response>>;
  /** What the caller may do now. */
  permissionNow(): Permission;
}

/** Items of one stream that are worked on at once; while there are so many, none is read. */
export const STREAM_WINDOW = 512;

/** Answers an item that cannot be read: its number cannot be either. */
const UNREADABLE = 0n;

/**
 * One stream of requests, each answered once and in whatever order the answers come.
 *
 * Back-pressure goes both ways: nothing is read while the window is full, while an item waits because its client has enough in flight, or
 * while the caller does not take the answers. The stream ends when the caller has ended its side, or the server stops, and everything
 * begun is answered.
 */
export class ItemStream<Item, Answer, Request, Response> {
  readonly #call: ServerDuplexStream<Received<Item>, Answer>;
  readonly #codec: ItemCodec<Item, Answer, Request, Response>;
  readonly #surroundings: StreamSurroundings<Request, Response>;
  readonly ended: Promise<void>;
  #settleEnded: () => void = () => undefined;
  #working = 0;
  #blocked = false;
  #parked = false;
  #finishing = false;
  #over = false;

  constructor(
    call: ServerDuplexStream<Received<Item>, Answer>,
    codec: ItemCodec<Item, Answer, Request, Response>,
    surroundings: StreamSurroundings<Request, Response>,
  ) {
    this.#call = call;
    this.#codec = codec;
    this.#surroundings = surroundings;
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
    const request = item === MALFORMED ? MALFORMED : this.#codec.requestOf(item);
    // Made now: what waits grows old.
    const context = this.#contextOf(item, id);
    const begunAtOnce = this.#surroundings.enter((isIn) => {
      this.#work({ request, context, isIn, correlationId: String(id) }, id);
      if (this.#parked) this.#readOnAfterParking();
    });
    if (begunAtOnce) return;
    this.#parked = true;
    this.#call.pause();
  }

  #work(arrival: ItemArrival<Request>, id: bigint): void {
    this.#surroundings
      .run(arrival)
      .then((ending) => this.#answer(id, ending))
      // A request without an answer would keep its caller waiting for ever: the stream is broken off instead.
      .catch(() => this.#call.destroy())
      .finally(() => {
        this.#working -= 1;
        this.#readOn();
        this.#endWhenDone();
      });
  }

  #contextOf(item: Received<Item>, id: bigint): CallContext {
    const stream = contextOf(this.#call, this.#surroundings.permissionNow());
    if (item === MALFORMED) return stream;
    if (id === UNREADABLE) return { ...stream, ensureLive: refuseWithoutNumber };
    const timeout = this.#codec.timeoutOf(item);
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

  #readOnAfterParking(): void {
    this.#parked = false;
    this.#readOn();
  }

  #readOn(): void {
    const isHeld = this.#blocked || this.#parked || this.#finishing || this.#over;
    if (!isHeld && this.#working < STREAM_WINDOW) this.#call.resume();
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

function refuseWithoutNumber(): never {
  throw new Refusal("REQUEST_INVALID", { field: "correlation_id" });
}
