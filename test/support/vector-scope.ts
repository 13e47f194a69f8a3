import type { VectorEntry, VectorFile } from "./vectors.js";

/** Vectors that are run elsewhere or not at all, by file, with the reason. What is neither checked nor listed here fails a test. */
interface ScopeRule {
  readonly file: VectorFile;
  readonly reason: string;
  readonly matches: (entry: VectorEntry) => boolean;
}

const all = (): boolean => true;
const operationIs = (pattern: RegExp) => (entry: VectorEntry) => pattern.test(entry.text("operation"));
const algorithmIs = (pattern: RegExp) => (entry: VectorEntry) => pattern.test(entry.text("algorithm"));

/** Of pin-blocks: a PAN of 12 digits, which one source's library refuses and ISO 9564-1 does not. */
function isShortPanPolicy(entry: VectorEntry): boolean {
  return entry.text("operation") === "pin_block_encode_reject" && /^[0-9]{12}$/.test(entry.optionalText("pan") ?? "");
}

function hasOtherPadding(entry: VectorEntry): boolean {
  return entry.has("padding_method") && entry.number("padding_method") === 3;
}

const RULES: readonly ScopeRule[] = [
  { file: "aes-dukpt", reason: "run by unit/aes-dukpt-vectors and, in tokens, by hsm/vectors-primitives", matches: all },
  { file: "key-blocks-tr31", reason: "run by unit/tr31-vectors and, on a token, by hsm/key-blocks", matches: all },
  { file: "key-blocks-tr31-derivation", reason: "run by unit/tr31-vectors", matches: all },
  { file: "key-blocks-tr31-headers", reason: "run by unit/tr31-vectors", matches: all },
  { file: "key-blocks-tr31-negative", reason: "run by unit/tr31-vectors and, on a token, by hsm/key-blocks", matches: all },
  {
    file: "pin-verification",
    reason: "run by unit/pin-verification-vectors and, on a token, by hsm/pin-verification",
    matches: all,
  },
  {
    file: "mac-hmac",
    reason: "HMAC with SHA-1 or SM3 is not offered",
    matches: (entry) => /^(sha1|sm3)$/.test(entry.text("hash")),
  },
  { file: "mac-hmac", reason: "no HMAC key has more than 64 bytes", matches: (entry) => entry.text("key").length > 128 },
  { file: "mac-iso9797", reason: "MAC algorithm 2 is not offered", matches: algorithmIs(/alg 2$/) },
  { file: "mac-iso9797", reason: "CBC-MAC with an IV is not offered", matches: algorithmIs(/with IV$/) },
  { file: "mac-iso9797", reason: "padding method 3 is not offered", matches: hasOtherPadding },
  {
    file: "mac-iso9797",
    reason: "no cipher has 4-byte blocks",
    matches: (entry) => entry.has("block_length") && entry.number("block_length") === 4,
  },
  { file: "mac-regional", reason: "KEK validation of AS 2805 is not offered", matches: algorithmIs(/KEK validation/) },
  { file: "mac-regional", reason: "run by unit/sign-on", matches: algorithmIs(/TAK unwrap/) },
  { file: "pin-blocks", reason: "format 2 is never offered", matches: (entry) => entry.text("format") === "ISO-2" },
  { file: "pin-blocks", reason: "proprietary formats are never offered", matches: operationIs(/^pin_block_decode$/) },
  { file: "pin-blocks", reason: "PANs of 12 digits are accepted here", matches: isShortPanPolicy },
  { file: "tdes-dukpt", reason: "data keys are not offered", matches: operationIs(/_data_/) },
  {
    file: "tdes-dukpt",
    reason: "data keys are not offered",
    matches: (entry) => (entry.optionalText("usage") ?? "").startsWith("data_"),
  },
  {
    file: "kcv",
    reason: "check values by this method are not offered",
    matches: (entry) => /^AES-(ECB|CMAC empty|CMAC all-ones)/.test(entry.text("method")),
  },
];

/** Why a vector is not run by the common checks, or undefined when it must be. */
export function outOfScopeReason(entry: VectorEntry): string | undefined {
  return RULES.find((rule) => rule.file === entry.file && rule.matches(entry))?.reason;
}
