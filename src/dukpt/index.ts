/**
 * DUKPT with double-length TDES (ANSI X9.24-1:2009): KSN, initial key, transaction key, working keys. Host side only.
 * Pure: the BDK is a block cipher that may live in the token; what is derived from it lives in wiped buffers.
 * The engine derives with it; admission reads KSNs with it.
 */
export { DUKPT_TYPES, type DukptType } from "./dukpt-type.js";
export { deriveTdesInitialKey, VARIANT_MASK } from "./tdes-initial-key.js";
export { clearCounter, parseTdesKsn, type TdesKsn } from "./tdes-ksn.js";
export { deriveTdesTransactionKey, type SingleDes } from "./tdes-transaction-key.js";
export { deriveTdesWorkingKey, type TdesWorkingKeyUsage } from "./tdes-working-key.js";
