import {
  AuthorizeOutcome,
  type AuthorizeRequest,
  type AuthorizeResponse,
  PinBlockEncoding,
} from "../../../src/gen/pinmac/v1/authorization.js";
import type { PinBlockFormat, TranslatePinRequest } from "../../../src/gen/pinmac/v1/pin.js";
import { authenticatedPart, macOf } from "../messages/index.js";
import { keyByName, type Refused } from "../pinmac-client/index.js";
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

/** The translation as `PinService` takes it. */
export function translationRequest({ source, target, pan }: PinTranslation): TranslatePinRequest {
  return {
    source: { key: keyByName(source.key.name), ksn: source.key.ksn, format: source.format, pinBlock: source.pinBlock },
    target: { key: keyByName(target.key.name), format: target.format },
    pan,
  };
}

/** The handover as `AuthorizationService` takes it. */
export function handoverRequest({ inbound, outbound, translation }: Handover): AuthorizeRequest {
  return {
    verifyMac: {
      key: keyByName(inbound.key.name),
      ksn: inbound.key.ksn,
      message: authenticatedPart(inbound.message),
      mac: macOf(inbound.message),
    },
    translatePin: translation && translationRequest(translation),
    generateMac: {
      key: keyByName(outbound.key.name),
      ksn: outbound.key.ksn,
      message: outbound.covered,
      pinBlock: translation && { offset: translation.offset, encoding: PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY },
    },
  };
}

/** What the service's answer makes of the handover. */
export function handoverResult({ outbound, translation }: Handover, answer: AuthorizeResponse | Refused): HandoverResult {
  if ("reason" in answer) return { kind: "refused", refused: answer };
  if (answer.outcome !== AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED) return { kind: "mismatch" };
  const mac = answer.generateMac?.mac ?? Buffer.alloc(0);
  const covered = placed(outbound.covered, translation, answer.translatePin?.pinBlock);
  return { kind: "ready", message: Buffer.concat([covered, mac]) };
}
