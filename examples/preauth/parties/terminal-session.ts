import type { Dialect, Fields } from "../messages/index.js";
import type { Card, PinEntry } from "./card.js";

/** What kind of transaction a terminal starts: it shows in field 60 of UnionPay messages. */
export type TransactionKind = "pre-authorization" | "completion";

/** The keys of one transaction in a terminal. */
export interface TransactionKeys {
  /** Fields that tell the switch which keys these are. */
  readonly announcement: Fields;
  encipherPin(entry: PinEntry, card: Card): Buffer;
  computeMac(message: Buffer): Buffer;
  /** Of the response: under DUKPT another key than the request's. */
  computeResponseMac(message: Buffer): Buffer;
}

/** The secure part of a terminal. */
export interface TerminalSecurity {
  readonly dialect: Dialect;
  beginTransaction(kind: TransactionKind): TransactionKeys;
}
