import { timingSafeEqual } from "node:crypto";
import { Refusal } from "../base/index.js";
import { type OpenToken, signAesCmac } from "../hsm/index.js";
import { parseSealedKey, type RegisterHead, registerHeadMessage } from "../keyblock/index.js";

type SealingToken = Pick<OpenToken, "session" | "keys">;

/** The seal over a sealed key's authenticated data: AES-CMAC by the seal key, in the token. @throws TokenFault */
export function computeSeal(token: SealingToken, authenticatedData: Buffer): Buffer {
  return signAesCmac(token.session, token.keys.sealKey, authenticatedData);
}

/** The seal over where a register's journal stands; its domain is its own. @throws TokenFault */
export function sealHead(token: SealingToken, head: RegisterHead): Buffer {
  return computeSeal(token, registerHeadMessage(head));
}

/** Whether the bytes are a sealed key with its seal, which is compared in constant time. @throws TokenFault */
export function isSealed(token: SealingToken, bytes: Buffer): boolean {
  try {
    const { authenticatedData, cmac } = parseSealedKey(bytes);
    return timingSafeEqual(computeSeal(token, authenticatedData), cmac);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
