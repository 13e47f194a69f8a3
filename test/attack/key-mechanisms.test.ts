import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTokenEngine } from "../../src/engine/index.js";
import { startLanes } from "../../src/engine/lanes/index.js";
import { encodeTemplate, type ObjectTemplate } from "../../src/hsm/attributes.js";
import { findToken } from "../../src/hsm/find-token.js";
import { findByLabel } from "../../src/hsm/master-keys.js";
import { acquireModule, plainMechanism } from "../../src/hsm/pkcs11.js";
import { SEAL_KEY, STORAGE_MASTER_KEY, storageMasterKeyCreation } from "../../src/hsm/templates.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import { lanesOn } from "../fault/support/real-lanes.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let token: TestToken;
beforeEach(() => {
  token = createTestToken();
});
afterEach(() => token.remove());

/** Makes the token's key anew, as somebody with the PIN and another tool would. */
function replaceTokenKey(original: ObjectTemplate, replacement: ObjectTemplate): void {
  const lease = acquireModule(token.modulePath, token);
  const session = new TokenSession(lease.library, findToken(lease.library, token), "readWrite");
  try {
    session.login(token.readPin());
    for (const key of findByLabel(session, original)) session.destroyObject(key);
    session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate(replacement));
  } finally {
    session.close();
    lease.release();
  }
}

function without(template: ObjectTemplate): ObjectTemplate {
  const { allowedMechanisms: _, ...rest } = template;
  return rest;
}

const KEYS = [
  ["storage master key", STORAGE_MASTER_KEY, () => without(storageMasterKeyCreation())],
  ["seal key", SEAL_KEY, () => without(SEAL_KEY)],
] as const;

describe("keys that bind no mechanism", () => {
  test.each(KEYS)(
    "K14 allowed mechanisms missing, downgrade by configuration: no start (%s)",
    async (_, original, downgrade) => {
      replaceTokenKey(original, downgrade());
      expect(() => openTokenEngine({ ...token, environment: "test", keyCacheSize: 8 })).toThrow(
        expect.objectContaining({ code: "KEY_ATTRIBUTES_DRIFTED" }),
      );
      await expect(startLanes(lanesOn(token, 1))).rejects.toMatchObject({ name: "LaneStartError" });
    },
  );

  test.each(KEYS)("K14 the same key with its mechanism starts (%s)", async (name, original) => {
    replaceTokenKey(original, name === "seal key" ? SEAL_KEY : storageMasterKeyCreation());
    await openTokenEngine({ ...token, environment: "test", keyCacheSize: 8 }).close();
  });
});
