import { randomBytes } from "node:crypto";
import { SecretBytes } from "../../../src/base/index.js";
import { setOddParity } from "../../../src/engine/des-parity.js";
import { computeMaterialCheckValue } from "../../../src/engine/material-check-value.js";

/** What a partner sends: two components of a TDES key of 16 bytes with odd parity (hex), and the key's check value. */
export function writePartnersLetters() {
  const [first, second] = [randomBytes(16), randomBytes(16)];
  for (const component of [first, second]) setOddParity(component);
  const key = Buffer.from(first.map((byte, at) => byte ^ (second[at] ?? 0)));
  const components = [first, second].map((component) => component.toString("hex"));
  return { components, checkValue: checkValueOfKey("TDES", key) };
}

/** Upper-case hex, as on a paper. The key is wiped. */
export function checkValueOfKey(algorithm: "AES" | "TDES", key: Buffer): string {
  using secret = SecretBytes.take(key);
  return computeMaterialCheckValue(algorithm, secret).value.toString("hex").toUpperCase();
}
