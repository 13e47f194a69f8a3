import type { KeyHeader } from "../keyblock/index.js";
import type { InitialKeyEntry } from "../store/index.js";

/** What the short form of a TDES initial key id leaves out. */
const OMITTED_PREFIX = Buffer.from("FFFF", "hex");
const SHORT_LENGTH = 8;

/**
 * The ledger's entry for a device: both forms of a TDES id are one.
 * @param initialKeyId admitted for this BDK
 */
export function initialKeyEntry(bdk: Pick<KeyHeader, "id" | "algorithm">, initialKeyId: Buffer): InitialKeyEntry {
  const isShort = bdk.algorithm === "TDES" && initialKeyId.length === SHORT_LENGTH;
  return { bdkId: bdk.id, initialKeyId: isShort ? Buffer.concat([OMITTED_PREFIX, initialKeyId]) : initialKeyId };
}
