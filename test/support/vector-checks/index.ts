/**
 * How each vector of test/vectors is checked against a subject: the reference, the product in software, the product on a token.
 * An entry that has no check here must be listed in ../vector-scope.ts.
 * Called by tests only.
 */
import type { VectorSubject } from "../vector-subject.js";
import type { VectorEntry, VectorFile } from "../vectors.js";
import { checkValueCheck, cmacCheck, hmacCheck, iso9797Check, regionalMacCheck } from "./mac.js";
import { pinBlockCheck, pinTranslateCheck } from "./pin.js";
import { tdesDukptCheck } from "./tdes-dukpt.js";

/** Runs one vector against a subject; throws when they differ. */
export type VectorCheck = (subject: VectorSubject) => void;

const CHECKS: Partial<Readonly<Record<VectorFile, (entry: VectorEntry) => VectorCheck | undefined>>> = {
  kcv: checkValueCheck,
  "mac-cmac": cmacCheck,
  "mac-hmac": hmacCheck,
  "mac-iso9797": iso9797Check,
  "mac-regional": regionalMacCheck,
  "pin-blocks": pinBlockCheck,
  "pin-translate": pinTranslateCheck,
  "tdes-dukpt": tdesDukptCheck,
};

/** The check of an entry, or undefined when there is none yet. */
export function findVectorCheck(entry: VectorEntry): VectorCheck | undefined {
  return CHECKS[entry.file]?.(entry);
}
