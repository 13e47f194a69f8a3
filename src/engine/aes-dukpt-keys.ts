import { type BlockCipher, Refusal } from "../base/index.js";
import { AES_DUKPT_TYPES, type AesDukptType, type AesWorkingKeyUsage, type DukptKeyType, parseAesKsn } from "../dukpt/index.js";
import {
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signDes3Cmac,
  signHmac,
  tokenEcbCipher,
  type WorkingKeyUse,
} from "../hsm/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import { AesDukptTree } from "./aes-dukpt-tree.js";
import type { OpenedAesBdk } from "./opened-key.js";
import { hmacHashOf, hmacUseOf } from "./part-plan.js";

type WorkingKeyHeader = Pick<KeyHeader, "dukptWorkingKeys" | "mac">;

/** The side of the terminal: it generates the MAC of a request and verifies that of a response. */
const MAC_USAGES = {
  macRequest: "macGeneration",
  macResponse: "macVerification",
} as const satisfies Record<string, AesWorkingKeyUsage>;

/** The kind of an AES BDK. @throws RangeError for another key: a defect */
export function aesBdkTypeOf({ dukptType }: Pick<KeyHeader, "dukptType">): AesDukptType {
  const type = AES_DUKPT_TYPES.find((each) => each === dukptType);
  if (type === undefined) throw new RangeError("An AES BDK has a type.");
  return type;
}

const isAes = (keyType: DukptKeyType): boolean => keyType.startsWith("AES");

/** What PIN keys do: PINs that come from a terminal are deciphered only. */
function pinUseOf(keyType: DukptKeyType): WorkingKeyUse {
  return isAes(keyType) ? "decryptAesEcb" : "decryptDes3Ecb";
}

function macUseOf(keyType: DukptKeyType, { mac }: WorkingKeyHeader): WorkingKeyUse {
  if (mac?.scheme !== "CMAC") return hmacUseOf(mac);
  return isAes(keyType) ? "signAesCmac" : "signDes3Cmac";
}

/** What the working keys of an AES BDK do in the token. */
export function aesWorkingKeyUses(header: WorkingKeyHeader): readonly WorkingKeyUse[] {
  const { pin, mac } = header.dukptWorkingKeys ?? {};
  return [...(pin === undefined ? [] : [pinUseOf(pin)]), ...(mac === undefined ? [] : [macUseOf(mac, header)])];
}

/** What is needed of an opened AES BDK. */
interface Bdk extends Pick<OpenedAesBdk, "session" | "tree"> {
  readonly header: WorkingKeyHeader;
}

/**
 * Works with the PIN key of a KSN's transaction: of AES for PIN blocks of format 4, of TDES for formats 0, 1 and 3. It deciphers only. It
 * never leaves the token and is destroyed on every way out.
 * @throws Refusal KSN_REQUIRED, KSN_INVALID, KEY_USAGE_MISMATCH for a BDK without PIN keys; TokenFault
 */
export function withAesPinCipher<Result>(bdk: Bdk, ksn: Buffer | undefined, work: (cipher: BlockCipher) => Result): Result {
  if (ksn === undefined) throw new Refusal("KSN_REQUIRED");
  const keyType = bdk.header.dukptWorkingKeys?.pin;
  if (keyType === undefined) throw new Refusal("KEY_USAGE_MISMATCH");
  const choice = { usage: "pinEncryption", keyType, use: pinUseOf(keyType) } as const;
  return bdk.tree.withWorkingKey(parseAesKsn(ksn), choice, (key) =>
    work(tokenEcbCipher(bdk.session, key, isAes(keyType) ? 16 : 8)),
  );
}

function signWith({ session, header }: Bdk, keyType: DukptKeyType, key: ObjectHandle, message: Buffer): Buffer {
  const hash = header.mac && hmacHashOf(header.mac.scheme);
  if (hash !== undefined) return signHmac(session, hash, key, message);
  return isAes(keyType) ? signAesCmac(session, key, message) : signDes3Cmac(session, key, message);
}

/**
 * The whole MAC of a message under a MAC key of a KSN's transaction, by the BDK's scheme: CMAC with AES or TDES, or HMAC. The key never
 * leaves the token and is destroyed on every way out.
 * @param direction the request's MAC comes from the terminal, the response's goes to it
 * @throws Refusal KSN_REQUIRED, KSN_INVALID, KEY_USAGE_MISMATCH for a BDK without MAC keys; TokenFault
 */
export function computeAesDukptMac(
  bdk: Bdk,
  ksn: Buffer | undefined,
  direction: keyof typeof MAC_USAGES,
  message: Buffer,
): Buffer {
  if (ksn === undefined) throw new Refusal("KSN_REQUIRED");
  const keyType = bdk.header.dukptWorkingKeys?.mac;
  if (keyType === undefined) throw new Refusal("KEY_USAGE_MISMATCH");
  const choice = { usage: MAC_USAGES[direction], keyType, use: macUseOf(keyType, bdk.header) };
  return bdk.tree.withWorkingKey(parseAesKsn(ksn), choice, (key) => signWith(bdk, keyType, key, message));
}

/** Id 0, counter 1: no device's. */
const TRIAL_KSN = Buffer.from("000000000000000000000001", "hex");

/** Derives and uses each working key of a BDK once, and keeps nothing. @throws TokenFault */
export function tryAesWorkingKeys(
  { session }: Pick<OpenToken, "session">,
  header: WorkingKeyHeader & Pick<KeyHeader, "dukptType">,
  bdk: ObjectHandle,
): void {
  const { pin, mac } = header.dukptWorkingKeys ?? {};
  const tree = new AesDukptTree(session, bdk, aesBdkTypeOf(header), 0);
  const trial = { session, header, tree };
  if (pin !== undefined) withAesPinCipher(trial, TRIAL_KSN, (cipher) => cipher.decryptEcb(Buffer.alloc(cipher.blockLength)));
  if (mac !== undefined) computeAesDukptMac(trial, TRIAL_KSN, "macRequest", Buffer.alloc(1));
}
