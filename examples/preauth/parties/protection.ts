import { AuthorizeOutcome, PinBlockEncoding } from "../../../src/gen/pinmac/v1/authorization.js";
import type { PinBlockFormat } from "../../../src/gen/pinmac/v1/pin.js";
import { authenticatedPart, macOf } from "../messages/index.js";
import { keyByName, type PinmacClient, type Refused, readRefusal } from "../pinmac-client/index.js";
import { describeAuthorize, describeGenerateMac } from "./describe-call.js";
import type { CallEvent, Journal } from "./journal.js";
import type { SwitchKey } from "./switch-key.js";

/** A PIN block in the inbound message, and what the next party wants. */
export interface PinTranslation {
  readonly source: { readonly key: SwitchKey; readonly format: PinBlockFormat; readonly pinBlock: Buffer };
  readonly target: { readonly key: SwitchKey; readonly format: PinBlockFormat };
  readonly pan: string;
  /** Where the translated block goes in the outbound message. */
  readonly offset: number;
}

/** An inbound message with its MAC, and the outbound message, not yet with one. */
export interface Handover {
  readonly inbound: { readonly key: SwitchKey; readonly message: Buffer };
  readonly outbound: { readonly key: SwitchKey; readonly covered: Buffer };
  readonly translation?: PinTranslation;
}

/** The outbound message ready to be sent, or why there is none. */
export type HandoverResult =
  | { readonly kind: "ready"; readonly message: Buffer }
  | { readonly kind: "mismatch" }
  | { readonly kind: "refused"; readonly refused: Refused };

function placed(message: Buffer, translation: PinTranslation | undefined, pinBlock: Buffer | undefined): Buffer {
  const copy = Buffer.from(message);
  if (translation !== undefined && pinBlock !== undefined) pinBlock.copy(copy, translation.offset);
  return copy;
}

/** What the switch has pinmac do to its messages. Each call is written into the journal with keys, outcome and time. */
export class Protection {
  readonly #pinmac: PinmacClient;
  readonly #journal: Journal;

  constructor(pinmac: PinmacClient, journal: Journal) {
    this.#pinmac = pinmac;
    this.#journal = journal;
  }

  /** One round trip: verifies the inbound MAC, translates the PIN block if there is one, makes the outbound MAC. */
  async handOver(handover: Handover): Promise<HandoverResult> {
    const { inbound, outbound, translation } = handover;
    const request = {
      verifyMac: {
        key: keyByName(inbound.key.name),
        ksn: inbound.key.ksn,
        message: authenticatedPart(inbound.message),
        mac: macOf(inbound.message),
      },
      translatePin: translation && {
        source: {
          key: keyByName(translation.source.key.name),
          ksn: translation.source.key.ksn,
          format: translation.source.format,
          pinBlock: translation.source.pinBlock,
        },
        target: { key: keyByName(translation.target.key.name), format: translation.target.format },
        pan: translation.pan,
      },
      generateMac: {
        key: keyByName(outbound.key.name),
        ksn: outbound.key.ksn,
        message: outbound.covered,
        pinBlock: translation && { offset: translation.offset, encoding: PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY },
      },
    };
    const answer = await this.#timed(
      (outcome) => describeAuthorize(handover, outcome),
      () => this.#pinmac.authorize(request),
    );
    if ("reason" in answer) return { kind: "refused", refused: answer };
    if (answer.outcome !== AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED) return { kind: "mismatch" };
    const mac = answer.generateMac?.mac ?? Buffer.alloc(0);
    return {
      kind: "ready",
      message: Buffer.concat([placed(outbound.covered, translation, answer.translatePin?.pinBlock), mac]),
    };
  }

  /** The MAC of a message that the switch writes by itself. @throws Error when the service refuses */
  async generateMac(key: SwitchKey, covered: Buffer): Promise<Buffer> {
    const request = { key: keyByName(key.name), ksn: key.ksn, message: covered };
    const answer = await this.#timed(
      (outcome) => describeGenerateMac(key, outcome),
      () => this.#pinmac.generateMac(request),
    );
    if ("reason" in answer) throw new Error(`The service made no MAC: ${answer.reason}.`);
    return answer.mac;
  }

  async #timed<Response extends object>(
    describe: (outcome: Response | Refused) => Omit<CallEvent, "kind" | "milliseconds">,
    call: () => Promise<Response>,
  ): Promise<Response | Refused> {
    const start = performance.now();
    const outcome = await call().catch(readRefusal);
    const milliseconds = performance.now() - start;
    this.#journal.write({ kind: "call", ...describe(outcome), milliseconds });
    return outcome;
  }
}
