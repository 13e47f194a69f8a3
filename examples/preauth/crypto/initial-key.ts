import { encryptTdes } from "./tdes.js";
import { xor } from "./xor.js";

const VARIANT = Buffer.from("C0C0C0C000000000C0C0C0C000000000", "hex");

/**
 * The initial key of a TDES DUKPT device (X9.24-1): the eight leftmost bytes of its KSN, counter cleared, enciphered under the
 * BDK and under the BDK's variant. In the field a key injection facility does this; a device never sees the BDK.
 */
export function deriveInitialKey(bdk: Buffer, ksn: Buffer): Buffer {
  const registration = Buffer.from(ksn.subarray(0, 8));
  registration.writeUInt8(registration.readUInt8(7) & 0xe0, 7);
  return Buffer.concat([encryptTdes(bdk, registration), encryptTdes(xor(bdk, VARIANT), registration)]);
}
