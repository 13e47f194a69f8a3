import { SecretBytes } from "../../base/index.js";
import { invalidBlock } from "./invalid-block.js";
import { TR31_RULES } from "./tr31-version.js";

/** The working keys of a KBPK; both are the caller's to wipe. */
export interface Tr31Keys {
  readonly encryption: SecretBytes;
  readonly authentication: SecretBytes;
}

type Cmac = (message: Buffer) => Buffer;

/** Key usage indicators of the derivation data (X9.143, tables 24 and 25). */
const USAGES = { encryption: 0x0000, authentication: 0x0001 } as const;

/** Algorithm indicators by length of key, in bytes (X9.143, tables 24 and 25): TDES of two and three keys, AES-128, -192, -256. */
const ALGORITHMS: Readonly<Record<"B" | "D", Readonly<Record<number, number>>>> = {
  B: { 16: 0x0000, 24: 0x0001 },
  D: { 16: 0x0002, 24: 0x0003, 32: 0x0004 },
};

/** Counter, usage (2), separator 00, algorithm (2), length in bits (2). */
function derivationData(counter: number, usage: number, algorithm: number, keyLength: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt8(counter, 0);
  data.writeUInt16BE(usage, 1);
  data.writeUInt16BE(algorithm, 4);
  data.writeUInt16BE(keyLength * 8, 6);
  return data;
}

function deriveKey(usage: number, algorithm: number, keyLength: number, blockLength: number, cmac: Cmac): SecretBytes {
  const key = SecretBytes.alloc(keyLength);
  try {
    for (let offset = 0; offset < keyLength; offset += blockLength) {
      const block = cmac(derivationData(offset / blockLength + 1, usage, algorithm, keyLength));
      // The last block of a 192-bit AES key is cut.
      block.copy(key.expose(), offset);
      block.fill(0);
    }
  } catch (error) {
    key.wipe();
    throw error;
  }
  return key;
}

/**
 * The encryption and authentication keys of a KBPK for versions B and D: a key derivation in counter mode with CMAC as its function
 * (X9.143, 7.2.1.1 and 7.2.2.1; NIST SP 800-108). They are as long as the KBPK.
 * @param cmac whole CMAC (8 or 16 bytes) under the KBPK, which may run in the token; its results are wiped here
 * @throws Refusal KEY_BLOCK_INVALID when no KBPK of that length protects that version
 */
export function deriveTr31Keys(version: "B" | "D", kbpkLength: number, cmac: Cmac): Tr31Keys {
  const algorithm = ALGORITHMS[version][kbpkLength];
  if (algorithm === undefined) throw invalidBlock();
  const { blockLength } = TR31_RULES[version];
  const encryption = deriveKey(USAGES.encryption, algorithm, kbpkLength, blockLength, cmac);
  try {
    return { encryption, authentication: deriveKey(USAGES.authentication, algorithm, kbpkLength, blockLength, cmac) };
  } catch (error) {
    encryption.wipe();
    throw error;
  }
}
