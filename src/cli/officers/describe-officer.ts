import { toWords } from "../../base/index.js";
import type { Officer } from "../../officers/index.js";

/** The first half of a key's fingerprint in words: enough to compare by voice. */
export function fingerprintWords(fingerprint: string): string {
  return toWords(Buffer.from(fingerprint, "hex").subarray(0, 16));
}

/** An officer as JSON; everything about them is public. */
export function describeOfficer({ name, roles, publicKey }: Officer) {
  return { name, roles, publicKey: publicKey.hex, fingerprint: publicKey.fingerprint };
}
