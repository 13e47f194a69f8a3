import { timingSafeEqual } from "node:crypto";
import { authenticatedPart, type Fields, isResponseTo, macOf, packWithMac, unpackMessage } from "../messages/index.js";
import { exchange } from "../wire/index.js";
import type { Card, PinEntry } from "./card.js";
import type { Journal } from "./journal.js";
import { formatAmount, type Money } from "./money.js";
import type { TerminalSecurity, TransactionKeys, TransactionKind } from "./terminal-session.js";

/** Who the terminal is to the others. */
export interface TerminalIdentity {
  readonly label: string;
  readonly terminalId: string;
  readonly merchantId: string;
  /** MCC, ISO 18245. */
  readonly merchantCategory: string;
}

/** How a transaction ended at the terminal, and what a completion will refer to. */
export interface TransactionResult {
  readonly responseCode: string;
  readonly responseMacVerified: boolean;
  readonly authorizationCode: string | undefined;
  /** Field 61 of the completion: batch, trace number and date. */
  readonly reference: string;
}

/** A message, and what its answer is judged by. */
interface Written {
  readonly keys: TransactionKeys;
  readonly request: Fields;
  readonly message: Buffer;
}

const BATCH = "000001";

/**
 * A point-of-sale terminal: builds the messages of a pre-authorization and of its completion, protects them by its secure part,
 * and believes a response only when its MAC is right.
 */
export class Terminal {
  readonly #identity: TerminalIdentity;
  readonly #security: TerminalSecurity;
  readonly #journal: Journal;
  #trace = 0;

  constructor(identity: TerminalIdentity, security: TerminalSecurity, journal: Journal) {
    this.#identity = identity;
    this.#security = security;
    this.#journal = journal;
  }

  /** 0100: reserves an amount, with the cardholder's PIN. `port` is the switch's, or of whoever sits on the line. */
  preAuthorize(port: number, card: Card, amount: Money, entry: PinEntry): Promise<TransactionResult> {
    return this.#transact(port, "pre-authorization", card, amount, pinFields(card, entry));
  }

  /** The message of a pre-authorization, for a switch that is asked directly; its answer is not waited for. */
  writePreAuthorization(card: Card, amount: Money, entry: PinEntry): Buffer {
    return this.#write("pre-authorization", card, amount, pinFields(card, entry)).message;
  }

  /** 0200: takes an amount that was reserved, without a PIN. */
  complete(port: number, card: Card, amount: Money, original: TransactionResult): Promise<TransactionResult> {
    return this.#transact(port, "completion", card, amount, () => ({
      0: "0200",
      3: "000000",
      38: original.authorizationCode ?? "000000",
      61: original.reference,
    }));
  }

  async #transact(
    port: number,
    kind: TransactionKind,
    card: Card,
    amount: Money,
    specific: (keys: TransactionKeys) => Fields,
  ): Promise<TransactionResult> {
    const { dialect } = this.#security;
    const { keys, request, message } = this.#write(kind, card, amount, specific);
    this.#journal.write({
      kind: "message",
      from: this.#identity.label,
      to: "switch",
      dialect,
      fields: unpackMessage(dialect, message),
    });
    return this.#judge(request, keys, await exchange(port, message));
  }

  #write(kind: TransactionKind, card: Card, amount: Money, specific: (keys: TransactionKeys) => Fields): Written {
    const keys = this.#security.beginTransaction(kind);
    const request = { ...this.#commonFields(card, amount), ...specific(keys), ...keys.announcement };
    const message = packWithMac(this.#security.dialect, request, (covered) => keys.computeMac(covered));
    return { keys, request, message };
  }

  #judge(request: Fields, keys: TransactionKeys, answer: Buffer): TransactionResult {
    const response = unpackMessage(this.#security.dialect, answer);
    const expected = keys.computeResponseMac(authenticatedPart(answer));
    const responseMacVerified = timingSafeEqual(expected, macOf(answer)) && isResponseTo(request, response);
    this.#journal.remark(this.#identity.label, responseMacVerified ? "response MAC verified" : "response MAC is wrong");
    return {
      responseCode: response[39] ?? "",
      responseMacVerified,
      authorizationCode: response[38],
      reference: `${BATCH}${request[11]}${request[13]}`,
    };
  }

  #commonFields(card: Card, amount: Money): Fields {
    const now = new Date().toISOString();
    const [date, time] = [now.slice(5, 10).replace("-", ""), now.slice(11, 19).replaceAll(":", "")];
    this.#trace += 1;
    return {
      2: card.pan,
      4: formatAmount(amount),
      7: `${date}${time}`,
      11: String(this.#trace).padStart(6, "0"),
      12: time,
      13: date,
      14: card.expiry,
      18: this.#identity.merchantCategory,
      22: "051",
      25: "06",
      41: this.#identity.terminalId,
      42: this.#identity.merchantId,
      49: amount.currency,
    };
  }
}

function pinFields(card: Card, entry: PinEntry): (keys: TransactionKeys) => Fields {
  return (keys) => ({
    0: "0100",
    3: "030000",
    52: keys.encipherPin(entry, card).toString("hex").toUpperCase(),
  });
}
