import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeTemplate } from "../../src/hsm/attributes.js";
import { findToken } from "../../src/hsm/find-token.js";
import { countHalfObjects, destroyHalfObjects, openToken } from "../../src/hsm/index.js";
import { acquireModule, plainMechanism } from "../../src/hsm/pkcs11.js";
import { SEAL_KEY } from "../../src/hsm/templates.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let token: TestToken;
beforeEach(() => {
  token = createTestToken();
});
afterEach(() => token.remove());

function objectFiles(): readonly string[] {
  const folder = join(token.directory, "tokens");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".object") && !name.endsWith("token.object"))
    .map((name) => join(folder, name));
}

/** A key of the token that is not one of pinmac's; the file that SoftHSM keeps it in. */
function generate(label: string): string {
  const before = objectFiles();
  const lease = acquireModule(token.modulePath, token);
  const session = new TokenSession(lease.library, findToken(lease.library, token), "readWrite");
  const pin = token.readPin();
  session.login(pin);
  pin.wipe();
  session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate({ ...SEAL_KEY, label }));
  session.close();
  lease.release();
  const [file] = objectFiles().filter((name) => !before.includes(name));
  if (file === undefined) throw new Error("The token made no file.");
  return file;
}

/** Where SoftHSM's file of this key ends between two attributes: it then shows what is there, and hides a file cut elsewhere. */
const CUTS = [72, 216, 288];

function cut(file: string, length: number): void {
  writeFileSync(file, readFileSync(file).subarray(0, length));
}

function opens(): boolean {
  openToken({ ...token, environment: "test" }).close();
  return true;
}

test.each(CUTS)("a key whose creation was killed after %i bytes of its file is found and destroyed", (length) => {
  const file = generate("half");
  expect(countHalfObjects(token)).toBe(0);
  cut(file, length);
  expect(countHalfObjects(token)).toBe(1);
  // Nothing that serves looks for it.
  expect(opens()).toBe(true);
  destroyHalfObjects(token, 1);
  expect(countHalfObjects(token)).toBe(0);
  expect(objectFiles()).not.toContain(file);
  expect(opens()).toBe(true);
});

test("nothing is destroyed when there are others than were shown", () => {
  const [one, other] = [generate("half"), generate("half")];
  cut(one, 72);
  cut(other, 216);
  expect(() => destroyHalfObjects(token, 1)).toThrow(expect.objectContaining({ code: "HALF_OBJECTS_CHANGED" }));
  expect(countHalfObjects(token)).toBe(2);
});

test("a whole key is not touched, though it has no label, nor pinmac's own", () => {
  const nameless = generate("");
  expect(countHalfObjects(token)).toBe(0);
  destroyHalfObjects(token, 0);
  expect(objectFiles()).toContain(nameless);
  expect(opens()).toBe(true);
});
