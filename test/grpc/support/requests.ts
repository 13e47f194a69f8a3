import type { AuthorizeRequest } from "../../../src/gen/pinmac/v1/authorization.js";
import type { KeyReference } from "../../../src/gen/pinmac/v1/key_reference.js";
import type { GenerateMacRequest, VerifyMacRequest } from "../../../src/gen/pinmac/v1/mac.js";
import { PinBlockFormat, type TranslatePinRequest } from "../../../src/gen/pinmac/v1/pin.js";

/** What a request carries that no error and no log line may show. */
export const CANARIES = {
  pan: "4999988887777663",
  ksn: Buffer.from("ffff9876543210e00001", "hex"),
  pinBlock: Buffer.from("c1a2b3d4e5f60718", "hex"),
  message: Buffer.from("0200-pre-authorization-canary", "latin1"),
  mac: Buffer.from("d7e8f9a0b1c2d3e4", "hex"),
  owner: "canary bank",
  keyNames: ["canary/zone-tdes", "canary/zone-aes", "canary/retail-mac", "canary/bdk", "canary/absent"],
} as const;

export function byName(name: string, version = 0): KeyReference {
  return { reference: { $case: "name", value: { name, version } } };
}

export function bySealedKey(sealedKey: Buffer): KeyReference {
  return { reference: { $case: "sealedKey", value: sealedKey } };
}

const NONE = Buffer.alloc(0);

/** A translation that is in order: format 0 to format 3 under two TDES keys. */
export function translatePinRequest(
  source: Partial<NonNullable<TranslatePinRequest["source"]>> = {},
  target: Partial<NonNullable<TranslatePinRequest["target"]>> = {},
): TranslatePinRequest {
  return {
    source: {
      key: byName("canary/zone-tdes"),
      ksn: NONE,
      format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
      pinBlock: CANARIES.pinBlock,
      ...source,
    },
    target: { key: byName("canary/zone-tdes"), format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3, ...target },
    pan: CANARIES.pan,
  };
}

/** A MAC to be generated that is in order. */
export function generateMacRequest(changes: Partial<GenerateMacRequest> = {}): GenerateMacRequest {
  return { key: byName("canary/retail-mac"), ksn: NONE, message: CANARIES.message, ...changes };
}

/** A MAC to be verified that is in order. */
export function verifyMacRequest(changes: Partial<VerifyMacRequest> = {}): VerifyMacRequest {
  return { key: byName("canary/retail-mac"), ksn: NONE, message: CANARIES.message, mac: CANARIES.mac, ...changes };
}

/** An authorization of the steps given. */
export function authorizeRequest(steps: Partial<AuthorizeRequest>): AuthorizeRequest {
  return { verifyMac: undefined, translatePin: undefined, generateMac: undefined, ...steps };
}
