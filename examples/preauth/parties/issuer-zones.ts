import { computeAesCmac, decipherPinBlockFormat4, decodePinBlockFormat0, decryptTdes } from "../crypto/index.js";
import { DIALECTS } from "../messages/index.js";
import type { IssuerZone } from "./issuer.js";

/** A zone with TDES PIN blocks in format 0. */
export function tdesZone(pinKey: Buffer, macKey: Buffer): IssuerZone {
  return {
    dialect: DIALECTS.tdesZone,
    decipherPin: (pinBlock, pan) => decodePinBlockFormat0(decryptTdes(pinKey, pinBlock), pan),
    computeMac: (message) => computeAesCmac(macKey, message),
  };
}

/** A zone with AES PIN blocks in format 4. */
export function aesZone(pinKey: Buffer, macKey: Buffer): IssuerZone {
  return {
    dialect: DIALECTS.aesZone,
    decipherPin: (pinBlock, pan) => decipherPinBlockFormat4(pinKey, pinBlock, pan),
    computeMac: (message) => computeAesCmac(macKey, message),
  };
}
