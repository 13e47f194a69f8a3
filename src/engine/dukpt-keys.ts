import { Refusal, type SecretBytes } from "../base/index.js";
import { deriveTdesWorkingKey, parseTdesKsn, type TdesWorkingKeyUsage } from "../dukpt/index.js";
import type { MacParameters } from "../mac/index.js";
import { computeMacWith } from "./mac-function.js";
import { type BdkCiphers, withTransactionKey } from "./transaction-key.js";
import { type WorkingKeyCipher, workingKeyCipher } from "./working-key-ciphers.js";

/** A working key of the KSN's transaction; the caller wipes it. The BDK stays in the token, what is derived from it does not. */
function deriveWorkingKey(bdk: BdkCiphers, ksn: Buffer | undefined, usage: TdesWorkingKeyUsage): SecretBytes {
  if (ksn === undefined) throw new Refusal("KSN_REQUIRED");
  return withTransactionKey(bdk, parseTdesKsn(ksn), (key) => deriveTdesWorkingKey(key, usage));
}

/**
 * Works with the PIN key of a KSN's transaction. The key is wiped on every way out.
 * @throws Refusal KSN_REQUIRED, KSN_INVALID; TokenFault
 */
export function withPinCipher<Result>(
  bdk: BdkCiphers,
  ksn: Buffer | undefined,
  work: (cipher: WorkingKeyCipher) => Result,
): Result {
  const key = deriveWorkingKey(bdk, ksn, "pin");
  try {
    const cipher = workingKeyCipher(key.expose());
    try {
      return work(cipher);
    } finally {
      cipher.wipe();
    }
  } finally {
    key.wipe();
  }
}

/**
 * The whole MAC of a message under a MAC key of a KSN's transaction. The key is wiped on every way out.
 * @throws Refusal KSN_REQUIRED, KSN_INVALID; TokenFault
 */
export function computeDukptMac(
  bdk: BdkCiphers,
  ksn: Buffer | undefined,
  usage: "macRequest" | "macResponse",
  parameters: MacParameters,
  message: Buffer,
): Buffer {
  const key = deriveWorkingKey(bdk, ksn, usage);
  const whole = workingKeyCipher(key.expose());
  const left = workingKeyCipher(key.expose().subarray(0, 8));
  try {
    return computeMacWith(parameters, left, whole, message);
  } finally {
    left.wipe();
    whole.wipe();
    key.wipe();
  }
}
