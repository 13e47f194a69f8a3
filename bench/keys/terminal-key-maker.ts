import { randomUUID } from "node:crypto";
import { computeKeyDigest } from "../../src/engine/key-digest.js";
import { computeSeal } from "../../src/engine/seal.js";
import { generateWrappedKey, type OpenToken, tokenEcbCipher, unwrapPart } from "../../src/hsm/index.js";
import {
  computeTdesCheckValue,
  encodeSealedKeyBody,
  finishSealedKey,
  type KeyHeader,
  sealAuthenticatedData,
} from "../../src/keyblock/index.js";
import { CLEAR_PIN_BLOCK } from "../stage/fixture.js";
import { staticPinKey } from "../stage/key-drafts.js";
import { terminalKeyName } from "./key-records.js";

type Token = Pick<OpenToken, "session" | "keys">;

/** All keys are as old, so that their records are as long. */
const CREATED_AT = Math.floor(Date.UTC(2026, 0, 1) / 1_000);

/**
 * A terminal's PIN key, generated in the token and sealed as the key maker seals one, and the fixture's PIN block under it: in one go,
 * since a million are needed. What a lane checks when it opens a sealed key, it checks of these.
 * @returns the PIN block, then the sealed key
 */
export function makeTerminalKey(token: Token, number: number): Buffer {
  const draft = staticPinKey(terminalKeyName(number));
  const wrapped = generateWrappedKey(token, "DES2", draft.keyLength);
  const handle = unwrapPart(token, "DES2", "bothDes3Ecb", wrapped);
  try {
    const cipher = tokenEcbCipher(token.session, handle, 8);
    const checkValue = computeTdesCheckValue(cipher);
    const digest = computeKeyDigest(token, draft, [wrapped]);
    const header: KeyHeader = { ...draft, id: randomUUID(), checkValue, digest, createdAt: CREATED_AT };
    const body = encodeSealedKeyBody(header, [wrapped]);
    const sealedKey = finishSealedKey(body, computeSeal(token, sealAuthenticatedData(body)));
    return Buffer.concat([cipher.encryptEcb(CLEAR_PIN_BLOCK), sealedKey]);
  } finally {
    token.session.destroyObject(handle);
  }
}
