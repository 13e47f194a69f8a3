import { type OpenToken, signAesCmac } from "../hsm/index.js";

/** The seal over a sealed key's authenticated data: AES-CMAC by the seal key, in the token. @throws TokenFault */
export function computeSeal(token: Pick<OpenToken, "session" | "keys">, authenticatedData: Buffer): Buffer {
  return signAesCmac(token.session, token.keys.sealKey, authenticatedData);
}
