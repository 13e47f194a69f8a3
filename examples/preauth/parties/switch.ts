import { PinBlockFormat } from "../../../src/gen/pinmac/v1/pin.js";
import {
  type Fields,
  isResponseTo,
  offsetOfField,
  packBeforeMac,
  pickFields,
  type ResponseCode,
  responseType,
  unpackMessage,
  withoutFields,
} from "../messages/index.js";
import { exchange } from "../wire/index.js";
import type { Handover, HandoverResult, PinTranslation } from "./handover.js";
import type { Journal } from "./journal.js";
import type { Protection } from "./protection.js";
import type { Route } from "./route.js";
import { plainKey } from "./switch-key.js";
import type { TerminalLine } from "./terminal-lines.js";

/** Field 32 of what the switch sends on. */
const ACQUIRER = "000123";

/** Between terminal and switch only: how the PIN and the MAC are made there. */
const LINE_FIELDS = [53, 60, 62, 64];

/** Of the issuer's answer, what the terminal gets. */
const PASSED_BACK = [0, 2, 3, 4, 7, 11, 12, 13, 25, 37, 38, 39, 41, 42, 49];

/** In the switch's own answers, of the request: enough to be recognized, nothing that may have been tampered with. */
const ECHOED = [3, 7, 11, 12, 13, 41, 42];

/**
 * An acquirer's switch. It holds no key and sees no PIN: it knows the names of keys, and has pinmac verify, translate and
 * generate. What pinmac does not complete is not sent on.
 */
export class Switch {
  readonly #protection: Protection;
  readonly #routes: readonly Route[];
  readonly #journal: Journal;
  #references = 0;

  constructor(protection: Protection, routes: readonly Route[], journal: Journal) {
    this.#protection = protection;
    this.#routes = routes;
    this.#journal = journal;
  }

  /** Answers one message of a terminal. */
  async answer(line: TerminalLine, message: Buffer): Promise<Buffer> {
    const inbound = unpackMessage(line.dialect, message);
    const route = this.#routeOf(inbound);
    const result = await this.#protection.handOver(this.#prepare(line, route, inbound, message));
    if (result.kind !== "ready") {
      this.#journal.remark("switch", "sends nothing to the issuer, answers the terminal itself");
      return this.#decline(line, inbound, codeFor(line, result));
    }
    this.#record("switch", "issuer", route, result.message);
    return this.#passBack(line, route, inbound, await exchange(route.port, result.message));
  }

  /** What pinmac would be asked for a terminal's message. */
  prepare(line: TerminalLine, message: Buffer): Handover {
    const inbound = unpackMessage(line.dialect, message);
    return this.#prepare(line, this.#routeOf(inbound), inbound, message);
  }

  /** Terminal to issuer: one call for the inbound MAC, the PIN block and the outbound MAC. */
  #prepare(line: TerminalLine, route: Route, inbound: Fields, message: Buffer): Handover {
    const outbound = this.#outbound(route, inbound);
    const translation = translate(line, route, inbound, outbound);
    return {
      inbound: { key: line.macKeyOf(inbound), message },
      outbound: { key: plainKey(route.macKeyName), covered: packBeforeMac(route.dialect, outbound) },
      ...(translation && { translation }),
    };
  }

  /** Issuer to terminal: one call for the issuer's MAC and the terminal's. */
  async #passBack(line: TerminalLine, route: Route, inbound: Fields, answer: Buffer): Promise<Buffer> {
    const decided = unpackMessage(route.dialect, answer);
    this.#record("issuer", "switch", route, answer);
    const response = pickFields(decided, PASSED_BACK);
    const result = await this.#protection.handOver({
      inbound: { key: plainKey(route.macKeyName), message: answer },
      outbound: { key: line.macKeyOf(inbound), covered: packBeforeMac(line.dialect, response) },
    });
    if (result.kind !== "ready" || !isResponseTo(inbound, decided)) return this.#decline(line, inbound, "96");
    this.#record("switch", line.label, line, result.message);
    return result.message;
  }

  /** The switch's own answer, under a MAC as every other. */
  async #decline(line: TerminalLine, inbound: Fields, code: ResponseCode): Promise<Buffer> {
    const response = { ...pickFields(inbound, ECHOED), 0: responseType(inbound), 39: code };
    const covered = packBeforeMac(line.dialect, response);
    const answer = Buffer.concat([covered, await this.#protection.generateMac(line.macKeyOf(inbound), covered)]);
    this.#record("switch", line.label, line, answer);
    return answer;
  }

  #outbound(route: Route, inbound: Fields): Fields {
    this.#references += 1;
    return {
      ...withoutFields(inbound, LINE_FIELDS),
      32: ACQUIRER,
      37: String(this.#references).padStart(12, "0"),
      ...(inbound[52] !== undefined && { 52: "0".repeat(2 * route.pinBlockLength) }),
    };
  }

  #routeOf(inbound: Fields): Route {
    const route = this.#routes.find(({ prefix }) => inbound[2]?.startsWith(prefix));
    if (route === undefined) throw new Error("There is no route for this card.");
    return route;
  }

  #record(from: string, to: string, { dialect }: Pick<Route, "dialect">, message: Buffer): void {
    this.#journal.write({ kind: "message", from, to, dialect, fields: unpackMessage(dialect, message) });
  }
}

/** What pinmac shall do with field 52, if the message has one; terminals write format 0. */
function translate(line: TerminalLine, route: Route, inbound: Fields, outbound: Fields): PinTranslation | undefined {
  if (inbound[52] === undefined) return undefined;
  return {
    source: {
      key: line.pinKeyOf(inbound),
      format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
      pinBlock: Buffer.from(inbound[52], "hex"),
    },
    target: { key: plainKey(route.pinKeyName), format: route.pinBlockFormat },
    pan: inbound[2] ?? "",
    offset: offsetOfField(route.dialect, outbound, 52),
  };
}

function codeFor(line: TerminalLine, result: Exclude<HandoverResult, { kind: "ready" }>): ResponseCode {
  if (result.kind === "mismatch") return line.macFailure;
  return result.refused.reason === "PIN_BLOCK_INVALID" ? "81" : "96";
}
