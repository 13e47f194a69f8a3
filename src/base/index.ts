/**
 * The few words that every module shares: secrets, refusals, the cipher ports, instants, bytes as words to be read aloud. No I/O, no knowledge of keys or messages.
 * Anyone may import it; it imports nothing.
 */
export type { BlockCipher } from "./block-cipher.js";
export { type ErrorShape, shapeOfError } from "./error-shape.js";
export { describeExposure, type FileStatus } from "./file-exposure.js";
export { parseInstant, parseInstantOrDay } from "./instant.js";
export { MessageWriter, type WritableMessage } from "./message-writer.js";
export { fromWords, toWords } from "./proquint.js";
export { type GrpcStatusName, REASONS, type Reason } from "./reasons.js";
export { Refusal, type RefusalDetails } from "./refusal.js";
export { SecretBytes } from "./secret-bytes.js";
