/**
 * What the key commands share: opening the register, naming a key, showing a key.
 * The commands call it.
 */
export { describeKey, formatCheckValue, formatInstant, formatMac, formatValidationData } from "./describe-key.js";
export { type KeySelector, parseKeySelector } from "./key-selector.js";
export { type ReadLife, readLives } from "./lives-to-read.js";
export { type KeyOrder, makeKey } from "./make-key.js";
export { registerKey } from "./register-key.js";
export { requireCeremony } from "./require-ceremony.js";
export { usagePath } from "./usage-path.js";
export { listAllKeys, withRegister } from "./with-register.js";
