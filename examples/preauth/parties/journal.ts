import type { Dialect, Fields } from "../messages/index.js";

/** A message on the line between two parties. */
export interface MessageEvent {
  readonly kind: "message";
  readonly from: string;
  readonly to: string;
  readonly dialect: Dialect;
  readonly fields: Fields;
}

/** A key, as the service's answer names it; before an answer, only its name is known. */
export interface KeyUse {
  readonly name: string;
  readonly version?: number;
  readonly checkValue?: string;
}

/** One thing that a call asks of the service, with the keys for it. */
export interface CallPart {
  readonly what: string;
  readonly keys: readonly KeyUse[];
  readonly result?: string;
}

/** A call of the service. */
export interface CallEvent {
  readonly kind: "call";
  /** Who called. */
  readonly by: string;
  readonly rpc: string;
  readonly parts: readonly CallPart[];
  /** COMPLETED, MAC_MISMATCH, OK, or the reason of a refusal. */
  readonly outcome: string;
  readonly grpcStatus?: string;
  readonly field?: string;
  readonly requirement?: string;
  readonly milliseconds: number;
}

/** What a party found or decided by itself, or what befell a message on its way. */
export interface RemarkEvent {
  readonly kind: "remark";
  readonly by: string;
  readonly text: string;
}

export type JournalEvent = MessageEvent | CallEvent | RemarkEvent;

/** Everything that happened, in its order. The parties write, the scenario reads it step by step. */
export class Journal {
  #events: JournalEvent[] = [];

  write(event: JournalEvent): void {
    this.#events.push(event);
  }

  remark(by: string, text: string): void {
    this.write({ kind: "remark", by, text });
  }

  /** Hands over what was written since the last time. */
  take(): readonly JournalEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }
}
