/**
 * The cryptography of the other side of the wire: what a PIN pad, a UnionPay terminal and an issuer compute by themselves.
 * Software on node:crypto, in clear memory, for test keys only; it shares no code with the service that it talks to.
 */
export { computeAesCmac } from "./aes-cmac.js";
export { DukptDevice, type DukptTransaction } from "./dukpt-device.js";
export { deriveInitialKey } from "./initial-key.js";
export { decipherPinBlockFormat4, encipherPinBlockFormat4 } from "./pin-block-4.js";
export { decodePinBlockFormat0, decodePinBlockFormat3, encodePinBlockFormat0, encodePinBlockFormat3 } from "./pin-block-8.js";
export { computeRetailMac } from "./retail-mac.js";
export { decryptTdes, encryptTdes } from "./tdes.js";
export { computeUnionPayMac } from "./unionpay-mac.js";
