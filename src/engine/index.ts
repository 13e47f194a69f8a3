/**
 * The command processor: sealed keys and data in, results out. The port, its implementation in this process, and the making of keys.
 * The front talks to the port, through `lanes`; the CLI opens it in its own process. It knows no register, no callers, no network.
 */
export { type AdmissionContext, admitCommand, type HeaderOf } from "./admission.js";
export { type CeremonyToken, openCeremonyToken } from "./ceremony-token.js";
export type * from "./commands/command.js";
export type { Engine } from "./engine.js";
export { EngineFounding, STORAGE_MASTER_KEY_LENGTH } from "./found-token.js";
export type { KeyMaker, MadeKey } from "./key-maker.js";
export { computeMaterialCheckValue } from "./material-check-value.js";
export { openTokenEngine, type TokenEngine, type TokenEngineOptions } from "./token-engine.js";
export { openKeyMaker } from "./token-key-maker.js";
