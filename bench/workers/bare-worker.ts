/**
 * The least that a translation can cost on the token: two keys, and for each block C_DecryptInit, C_Decrypt, C_EncryptInit,
 * C_Encrypt. No check, no PIN block, no sealed key; the keys have the values and the attributes of the engine's, because a token works
 * longer on a private key with a list of allowed mechanisms. The only file of the benchmarks that imports the binding.
 */
import { readFileSync } from "node:fs";
import pkcs11js from "pkcs11js";
import { repeatFor } from "../engine/repeat-for.js";
import type { Sample } from "../figures/index.js";
import { PIN_BLOCK, SOURCE_KEY, TARGET_KEY, TRANSLATED_PIN_BLOCK } from "../stage/fixture.js";
import { serveWorker } from "../stage/serve-worker.js";
import type { TokenPlace } from "../stage/setup.js";

serveWorker<TokenPlace, number, Sample>(async (setup) => {
  const token = new pkcs11js.PKCS11();
  token.load(setup.modulePath);
  token.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  const slot = token.C_GetSlotList(true).find((candidate) => token.C_GetTokenInfo(candidate).label.trim() === setup.tokenLabel);
  if (slot === undefined) throw new Error("The token is not there.");
  const session = token.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION);
  token.C_Login(session, pkcs11js.CKU_USER, readFileSync(setup.pinFile, "utf8").trim());
  const source = createKey(token, session, SOURCE_KEY);
  const target = createKey(token, session, TARGET_KEY);
  const mechanism = { mechanism: pkcs11js.CKM_DES3_ECB };
  const clear = Buffer.alloc(PIN_BLOCK.length);
  const translated = Buffer.alloc(PIN_BLOCK.length);
  const translate = (): void => {
    token.C_DecryptInit(session, mechanism, source);
    token.C_Decrypt(session, PIN_BLOCK, clear);
    token.C_EncryptInit(session, mechanism, target);
    token.C_Encrypt(session, clear, translated);
  };
  translate();
  if (!translated.equals(TRANSLATED_PIN_BLOCK)) throw new Error("The token translated wrongly.");
  return {
    facts: {},
    run: (seconds) => repeatFor(seconds, translate),
    close: async () => token.C_Finalize(),
  };
});

/** CKA_ALLOWED_MECHANISMS (PKCS#11 v2.40, 4.4.2), which the binding does not name: an array of CK_MECHANISM_TYPE. */
const CKA_ALLOWED_MECHANISMS = 0x40000600;

function mechanismList(mechanism: number): Buffer {
  const list = Buffer.alloc(8);
  list.writeBigUInt64LE(BigInt(mechanism));
  return list;
}

function createKey(token: pkcs11js.PKCS11, session: pkcs11js.Handle, value: Buffer): pkcs11js.Handle {
  return token.C_CreateObject(session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_DES2 },
    { type: pkcs11js.CKA_TOKEN, value: false },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: false },
    { type: CKA_ALLOWED_MECHANISMS, value: mechanismList(pkcs11js.CKM_DES3_ECB) },
    { type: pkcs11js.CKA_ENCRYPT, value: true },
    { type: pkcs11js.CKA_DECRYPT, value: true },
    { type: pkcs11js.CKA_VALUE, value },
  ]);
}
