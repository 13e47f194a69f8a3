import { timingSafeEqual } from "node:crypto";
import {
  authenticatedPart,
  type Dialect,
  type Fields,
  macOf,
  packWithMac,
  pickFields,
  type ResponseCode,
  responseType,
  unpackMessage,
} from "../messages/index.js";
import type { AuthorizationBook } from "./authorization-book.js";
import type { Journal } from "./journal.js";

/** What an issuer shares with the switch on one link. */
export interface IssuerZone {
  readonly dialect: Dialect;
  /** The PIN in an enciphered block, if there is one of this PAN. */
  decipherPin(pinBlock: Buffer, pan: string): string | undefined;
  /** 16 bytes, of which the first 8 are sent. */
  computeMac(message: Buffer): Buffer;
}

const ECHOED = [2, 3, 4, 7, 11, 12, 13, 25, 32, 37, 41, 42, 49];

/** A decision and the sentence that explains it. */
interface Decision {
  readonly code: ResponseCode;
  readonly authorizationCode?: string;
  readonly because: string;
}

/** A card issuer: checks the MAC, the PIN against its reference, and a completion against the authorization it refers to. */
export class Issuer {
  readonly #pins: ReadonlyMap<string, string>;
  readonly #book: AuthorizationBook;
  readonly #journal: Journal;
  #received = 0;

  /** @param pins PAN → reference PIN */
  constructor(pins: ReadonlyMap<string, string>, book: AuthorizationBook, journal: Journal) {
    this.#pins = pins;
    this.#book = book;
    this.#journal = journal;
  }

  /** How many messages have reached this issuer. */
  get received(): number {
    return this.#received;
  }

  /** Answers one message of a zone. */
  async answer(zone: IssuerZone, message: Buffer): Promise<Buffer> {
    this.#received += 1;
    const request = unpackMessage(zone.dialect, message);
    const decision = this.#decide(zone, request, message);
    this.#journal.remark("issuer", decision.because);
    const { code, authorizationCode } = decision;
    const response = {
      ...pickFields(request, ECHOED),
      0: responseType(request),
      ...(authorizationCode !== undefined && { 38: authorizationCode }),
      39: code,
    };
    return packWithMac(zone.dialect, response, (covered) => zone.computeMac(covered));
  }

  #decide(zone: IssuerZone, request: Fields, message: Buffer): Decision {
    const expected = zone.computeMac(authenticatedPart(message)).subarray(0, 8);
    if (!timingSafeEqual(expected, macOf(message))) return { code: "63", because: "MAC is wrong: refused" };
    return request[0] === "0100" ? this.#decideReservation(zone, request) : this.#decideCompletion(request);
  }

  #decideReservation(zone: IssuerZone, request: Fields): Decision {
    const pan = request[2] ?? "";
    const reference = this.#pins.get(pan);
    if (reference === undefined) return { code: "14", because: "MAC verified, unknown card: declined" };
    const pin = zone.decipherPin(Buffer.from(request[52] ?? "", "hex"), pan);
    if (pin !== reference) return { code: "55", because: "MAC verified, PIN is wrong: declined" };
    const authorizationCode = this.#book.reserve(request);
    return {
      code: "00",
      authorizationCode,
      because: `MAC verified, PIN verified: approved, authorization code ${authorizationCode}`,
    };
  }

  #decideCompletion(request: Fields): Decision {
    const found = this.#book.complete(request);
    if (found === "unknown") return { code: "25", because: "MAC verified, no such authorization: declined" };
    if (found === "exceeded") return { code: "61", because: "MAC verified, more than was authorized: declined" };
    return { code: "00", authorizationCode: found.authorizationCode, because: "MAC verified, authorization found: approved" };
  }
}
