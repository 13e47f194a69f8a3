import type { AuthorizeRequest } from "../../../src/gen/pinmac/v1/authorization.js";
import { type ExportKeyRequest, type ImportKeyRequest, KeyCustody } from "../../../src/gen/pinmac/v1/key.js";
import type { KeyReference } from "../../../src/gen/pinmac/v1/key_reference.js";
import type { GenerateMacRequest, VerifyMacRequest } from "../../../src/gen/pinmac/v1/mac.js";
import { PinBlockFormat, type TranslatePinRequest, type VerifyPinRequest } from "../../../src/gen/pinmac/v1/pin.js";
import { type DeriveInitialKeyRequest, SignOnLayout, type SignOnRequest } from "../../../src/gen/pinmac/v1/terminal.js";

/** What a request carries that no error and no log line may show. */
export const CANARIES = {
  pan: "4999988887777663",
  ksn: Buffer.from("ffff9876543210e00001", "hex"),
  pinBlock: Buffer.from("c1a2b3d4e5f60718", "hex"),
  message: Buffer.from("0200-pre-authorization-canary", "latin1"),
  mac: Buffer.from("d7e8f9a0b1c2d3e4", "hex"),
  keyBlock: Buffer.from(`D0112P0AB00S0000${"CA4A7C0D".repeat(12)}`, "latin1"),
  initialKeyId: Buffer.from("ffffca4a7b2109e00000", "hex"),
  /** Long enough not to occur by chance in a time or an id. */
  offset: "918273645546",
  pvv: "8642",
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

const SOURCE = translatePinRequest().source;

/** A PIN to be verified by its PVV that is in order. */
export function verifyPinRequest(changes: Partial<VerifyPinRequest> = {}): VerifyPinRequest {
  return {
    source: SOURCE,
    pan: CANARIES.pan,
    method: { $case: "visaPvv", value: { key: byName("canary/pvk"), keyIndex: 1, pvv: CANARIES.pvv } },
    ...changes,
  };
}

/** A PIN to be verified by its offset that is in order. */
export function verifyOffsetRequest(offset: string = CANARIES.offset, key = byName("canary/ibm")): VerifyPinRequest {
  return verifyPinRequest({ method: { $case: "ibm3624Offset", value: { key, offset } } });
}

/** A key block to be imported that is in order. */
export function importKeyRequest(
  changes: Partial<ImportKeyRequest> = {},
  parameters: Partial<NonNullable<ImportKeyRequest["parameters"]>> = {},
): ImportKeyRequest {
  return {
    keyBlock: CANARIES.keyBlock.toString("latin1"),
    keyEncryptionKey: byName("canary/kbpk"),
    parameters: {
      name: "canary/imported",
      owner: CANARIES.owner,
      notBefore: undefined,
      notAfter: undefined,
      mac: undefined,
      dukptPinKey: "",
      dukptMacKey: "",
      ...parameters,
    },
    custody: KeyCustody.KEY_CUSTODY_REGISTER,
    ...changes,
  };
}

/** A key to be exported that is in order. */
export function exportKeyRequest(changes: Partial<ExportKeyRequest> = {}): ExportKeyRequest {
  return { key: byName("canary/exportable"), keyEncryptionKey: byName("canary/kbpk"), ...changes };
}

/** A sign-on that is in order. */
export function signOnRequest(changes: Partial<SignOnRequest> = {}): SignOnRequest {
  return {
    terminalMasterKey: byName("canary/tmk"),
    layout: SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_40,
    namePrefix: "canary/t1",
    custody: KeyCustody.KEY_CUSTODY_REGISTER,
    algorithm: "",
    withDataKey: false,
    ...changes,
  };
}

/** A device's initial key to be derived that is in order. */
export function deriveInitialKeyRequest(changes: Partial<DeriveInitialKeyRequest> = {}): DeriveInitialKeyRequest {
  return {
    bdk: byName("canary/bdk"),
    initialKeyId: CANARIES.initialKeyId,
    keyEncryptionKey: byName("canary/kbpk"),
    ...changes,
  };
}
