/**
 * What the token can do, whether pinmac's keys in it are sound, and what each operation leaves inside the token.
 * `pinmac doctor` calls it; loading it loads the PKCS#11 binding.
 */
export { type Diagnosis, examineToken, type MasterKeyState } from "./examine.js";
export { DANGEROUS_MECHANISMS, NEEDED_MECHANISMS, type NeededMechanism } from "./mechanisms.js";
export { OPERATION_CUSTODY, type OperationCustody } from "./operations.js";
export { renderDiagnosis } from "./render.js";
