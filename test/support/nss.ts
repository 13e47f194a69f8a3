import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeTemplate, type ObjectTemplate } from "../../src/hsm/attributes.js";
import { assertRequiredMechanisms, readCapabilities } from "../../src/hsm/capabilities.js";
import { findToken } from "../../src/hsm/find-token.js";
import { acquireModule, plainMechanism } from "../../src/hsm/pkcs11.js";
import { SEAL_KEY, STORAGE_MASTER_KEY } from "../../src/hsm/templates.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import type { TokenUnderTest } from "./token-under-test.js";

export const NSS_MODULE = "/usr/lib/x86_64-linux-gnu/libsoftokn3.so";

/** The slot that has every mechanism. It holds session objects only and asks for no PIN; the other one, of its database, cannot derive. */
export const NSS_TOKEN_LABEL = "NSS Generic Crypto Services";

/** What NSS softoken asks for in C_Initialize: a database of its own, nobody else's. */
export function nssParameters(directory: string): string {
  return `configdir='sql:${directory}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=`;
}

/**
 * NSS softoken with a database of a test's own. It enforces next to no attribute and keeps no token object in the slot that derives, so
 * that it cannot be opened as production opens a token: its master keys are session keys here. A missing module fails the test.
 */
export function openNss(): TokenUnderTest {
  const directory = mkdtempSync(join(tmpdir(), "pinmac-nss-"));
  const lease = acquireModule(NSS_MODULE, { moduleEnvironment: {}, libraryParameters: nssParameters(directory) });
  const found = findToken(lease.library, { modulePath: NSS_MODULE, moduleEnvironment: {}, tokenLabel: NSS_TOKEN_LABEL });
  const capabilities = readCapabilities(lease.library, found);
  assertRequiredMechanisms(capabilities);
  const session = new TokenSession(lease.library, found, "readWrite");
  const generate = (template: ObjectTemplate) =>
    session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate({ ...template, token: false, private: false }));
  return {
    name: "nss",
    token: {
      session,
      capabilities,
      keys: { storageMasterKey: generate(STORAGE_MASTER_KEY), sealKey: generate(SEAL_KEY) },
    },
    close: () => {
      session.close();
      lease.release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
