/**
 * What a measurement takes place on: a private token with keys, and processes of their own for whoever is measured and whoever measures.
 */
export { openBenchEngine } from "./bench-engine.js";
export { BenchServer, rateOf } from "./bench-server.js";
export { type BenchKey, type BenchToken, makeBenchToken, registerKeys, withRegister } from "./bench-token.js";
export type { CertificateFiles } from "./certificates.js";
export { PAN, PIN_BLOCK, SOURCE_KEY, TARGET_KEY, TRANSLATED_PIN_BLOCK } from "./fixture.js";
export { benchKey, staticPinKey } from "./key-drafts.js";
export { BDK, INBOUND_MAC_KEY, KEY_NAMES, OUTBOUND_MAC_KEY, STREAM_KEYS } from "./keys.js";
export { serveWorker } from "./serve-worker.js";
export type { ServerSetup, ServerUsage, TokenPlace } from "./setup.js";
export { onStage, Stage } from "./stage.js";
export type { Worker } from "./worker.js";
