/**
 * DUKPT on the host's side: TDES (ANSI X9.24-1:2009) with a double-length BDK, AES (ANSI X9.24-3:2017) as a plan without key material.
 * Pure: BDKs are block ciphers or handles that may live in the token; what TDES derives lives in wiped buffers.
 * The engine derives with it; admission reads KSNs with it.
 */
export { AES_WORKING_KEY_USAGES, type AesWorkingKeyUsage, type DerivationStep } from "./aes-derivation-data.js";
export {
  type DerivedKeyRole,
  executeAesDukptPlan,
  executeAesDukptPlanFromInitialKey,
  type KeyDeriver,
} from "./aes-execution.js";
export { AES_DUKPT_TYPES, type AesDukptType, DUKPT_KEY_TYPES, type DukptKeyType, isWorkingKeyAllowed } from "./aes-key-type.js";
export { type AesKsn, parseAesKsn } from "./aes-ksn.js";
export { type AesDukptPlan, type IntermediateStep, planAesDukpt, planAesInitialKey } from "./aes-plan.js";
export { DUKPT_TYPES, type DukptType } from "./dukpt-type.js";
export { deriveTdesInitialKey, VARIANT_MASK } from "./tdes-initial-key.js";
export { clearCounter, parseTdesKsn, type TdesKsn } from "./tdes-ksn.js";
export { deriveTdesTransactionKey, type SingleDes } from "./tdes-transaction-key.js";
export { deriveTdesWorkingKey, type TdesWorkingKeyUsage } from "./tdes-working-key.js";
