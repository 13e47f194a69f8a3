import { Refusal } from "../base/index.js";
import { clearCounter } from "../dukpt/index.js";
import type { KeyHeader } from "../keyblock/index.js";

const TDES_LENGTH = 10;
/** What the 64-bit form of a KSN leaves out. */
const TDES_OMITTED_PREFIX = Buffer.from("FFFF", "hex");
const AES_LENGTH = 8;

function invalid(field: string): Refusal {
  return new Refusal("INITIAL_KEY_ID_INVALID", { field });
}

function readTdesId(id: Buffer, field: string): Buffer {
  const whole = id.length === TDES_LENGTH - TDES_OMITTED_PREFIX.length ? Buffer.concat([TDES_OMITTED_PREFIX, id]) : id;
  if (whole.length !== TDES_LENGTH || !clearCounter(whole).equals(whole)) throw invalid(field);
  return whole;
}

/**
 * The whole id of a device: with a TDES BDK the 10 bytes of its KSN with the counter at 0, also when the leading FFFF was left out; with
 * an AES BDK the 8 bytes of BDK id and derivation id. Both forms of one id give the same result.
 * @throws Refusal INITIAL_KEY_ID_INVALID
 */
export function readInitialKeyId(bdk: Pick<KeyHeader, "algorithm">, id: Buffer, field = "initial_key_id"): Buffer {
  if (bdk.algorithm !== "AES") return readTdesId(id, field);
  if (id.length !== AES_LENGTH) throw invalid(field);
  return id;
}
