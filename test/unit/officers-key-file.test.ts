import { chmodSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  changeOfficerPassphrase,
  checkPassphrase,
  createOfficerKeyFile,
  makeOfficerCard,
  OfficerError,
  openOfficerKeyFile,
  parseOfficerName,
  readOfficerKeyOwner,
} from "../../src/officers/index.js";

const PASSPHRASE = "correct horse battery";
const secret = (text: string) => SecretBytes.take(Buffer.from(text));
const anna = parseOfficerName("anna");
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-officer-key-"));
  path = join(folder, "anna.key");
  createOfficerKeyFile(path, anna, secret(PASSPHRASE)).close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof OfficerError) return error.code;
    throw error;
  }
}

/** The file with other contents. */
function changed(change: (members: Record<string, unknown>) => unknown): string {
  const target = join(folder, "changed.key");
  rmSync(target, { force: true });
  writeFileSync(target, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))), { mode: 0o600 });
  return target;
}

describe("an officer's key file", () => {
  test("opens with its passphrase, and signs as the officer", async () => {
    const signer = openOfficerKeyFile(path, secret(PASSPHRASE));
    expect(signer.officer.name).toBe("anna");
    const message = Buffer.from("message");
    expect(signer.officer.publicKey.signed(message, await signer.sign(message))).toBe(true);
    expect(readOfficerKeyOwner(path).publicKey.hex).toBe(signer.officer.publicKey.hex);
    expect((await makeOfficerCard(signer)).publicKey.hex).toBe(signer.officer.publicKey.hex);
    signer.close();
    signer.close();
    await expect(signer.sign(message)).rejects.toMatchObject({ code: "KEY_FILE_UNUSABLE" });
  });

  test("is for its owner alone, and never overwritten", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = readFileSync(path);
    expect(codeOf(() => createOfficerKeyFile(path, anna, secret(PASSPHRASE)))).toBe("KEY_FILE_EXISTS");
    expect(readFileSync(path)).toEqual(before);
    expect(codeOf(() => createOfficerKeyFile(join(folder, "no", "folder"), anna, secret(PASSPHRASE)))).toBe(
      "KEY_FILE_UNWRITABLE",
    );
  });

  test("has another key and salt each time", () => {
    const other = join(folder, "other.key");
    createOfficerKeyFile(other, anna, secret(PASSPHRASE));
    const [first, second] = [path, other].map((file) => JSON.parse(readFileSync(file, "utf8")));
    for (const member of ["publicKey", "nonce", "ciphertext", "tag"]) expect(first[member]).not.toBe(second[member]);
    expect(first.scrypt.salt).not.toBe(second.scrypt.salt);
  });

  test.each([
    ["a wrong passphrase", (members: object) => members, "correct horse batterz"],
    ["another name", (members: object) => ({ ...members, name: "berta" }), PASSPHRASE],
    ["another public key", (members: object) => ({ ...members, publicKey: "7".repeat(64) }), PASSPHRASE],
    ["another nonce", (members: object) => ({ ...members, nonce: "0".repeat(24) }), PASSPHRASE],
    ["another tag", (members: object) => ({ ...members, tag: "0".repeat(32) }), PASSPHRASE],
    ["another ciphertext", (members: object) => ({ ...members, ciphertext: "0".repeat(96) }), PASSPHRASE],
    [
      "another salt",
      (members: { scrypt?: object }) => ({ ...members, scrypt: { ...members.scrypt, salt: "0".repeat(32) } }),
      PASSPHRASE,
    ],
    ["another cost", (members: { scrypt?: object }) => ({ ...members, scrypt: { ...members.scrypt, p: 2 } }), PASSPHRASE],
  ])("with %s says one and the same", (_what, change, passphrase) => {
    expect(codeOf(() => openOfficerKeyFile(changed(change), secret(passphrase)))).toBe("KEY_FILE_UNUSABLE");
  });

  test.each([
    ["a cheap scrypt", { n: 2 ** 14 }],
    ["an scrypt that takes all memory", { n: 2 ** 30 }],
    ["an N that is no power of two", { n: 2 ** 17 + 1 }],
    ["a huge r", { r: 1 << 20 }],
    ["a huge p", { p: 1_000 }],
    ["a short salt", { salt: "00" }],
  ])("that asks for %s is refused before any work is done", (_what, cost) => {
    const target = changed((members) => ({ ...members, scrypt: { ...(members["scrypt"] as object), ...cost } }));
    expect(codeOf(() => openOfficerKeyFile(target, secret(PASSPHRASE)))).toBe("KEY_FILE_UNREADABLE");
  });

  test.each([
    ["an unknown member", (members: object) => ({ ...members, more: 1 })],
    ["another format", (members: object) => ({ ...members, format: "pinmac officer key v2" })],
    ["nothing in it", () => ({})],
    ["a name that is none", (members: object) => ({ ...members, name: "Anna" })],
    ["a key that anyone can sign for", (members: object) => ({ ...members, publicKey: "00".repeat(32) })],
    ["too much in it", (members: object) => ({ ...members, name: "a".repeat(5_000) })],
  ])("with %s is none", (_what, change) => {
    expect(codeOf(() => openOfficerKeyFile(changed(change), secret(PASSPHRASE)))).toBe("KEY_FILE_UNREADABLE");
  });

  test("that others may touch, or that is no regular file, is not read", () => {
    const exposed = join(folder, "exposed.key");
    writeFileSync(exposed, readFileSync(path), { mode: 0o600 });
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      chmodSync(exposed, mode);
      expect(codeOf(() => openOfficerKeyFile(exposed, secret(PASSPHRASE)))).toBe("KEY_FILE_EXPOSED");
    }
    expect(codeOf(() => openOfficerKeyFile(folder, secret(PASSPHRASE)))).toBe("KEY_FILE_EXPOSED");
    expect(codeOf(() => openOfficerKeyFile(join(folder, "none"), secret(PASSPHRASE)))).toBe("KEY_FILE_UNREADABLE");
    symlinkSync(exposed, join(folder, "link.key"));
    expect(codeOf(() => openOfficerKeyFile(join(folder, "link.key"), secret(PASSPHRASE)))).toBe("KEY_FILE_EXPOSED");
  });

  test("takes another passphrase for the same key", () => {
    const moved = join(folder, "moved.key");
    linkSync(path, moved);
    const { publicKey } = readOfficerKeyOwner(moved);
    const next = "another passphrase";
    expect(codeOf(() => changeOfficerPassphrase(moved, secret("not the passphrase"), secret(next)))).toBe("KEY_FILE_UNUSABLE");
    expect(codeOf(() => changeOfficerPassphrase(moved, secret(PASSPHRASE), secret("short")))).toBe("PASSPHRASE_INVALID");
    changeOfficerPassphrase(moved, secret(PASSPHRASE), secret(next));
    expect(openOfficerKeyFile(moved, secret(next)).officer.publicKey.hex).toBe(publicKey.hex);
    expect(codeOf(() => openOfficerKeyFile(moved, secret(PASSPHRASE)))).toBe("KEY_FILE_UNUSABLE");
    expect(statSync(moved).mode & 0o777).toBe(0o600);
    // The old file is another one by now: a copy opens as before.
    expect(openOfficerKeyFile(path, secret(PASSPHRASE)).officer.publicKey.hex).toBe(publicKey.hex);
  });

  test("has no secret in clear", () => {
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain(PASSPHRASE);
    expect(text).not.toContain("302e020100300506032b6570");
    expect(Object.keys(JSON.parse(text)).sort()).toEqual([
      "ciphertext",
      "format",
      "name",
      "nonce",
      "publicKey",
      "scrypt",
      "tag",
    ]);
  });
});

describe("a passphrase", () => {
  test.each([["short"], ["eleven char"], ["x".repeat(257)], ["with a tab\there"], ["with a \u0007 bell in it"], [""]])(
    "%j is refused",
    (text) => {
      expect(codeOf(() => checkPassphrase(secret(text)))).toBe("PASSPHRASE_INVALID");
    },
  );

  test.each([["twelve chars"], ["grüße aus dem Wald"], ["x".repeat(256)]])("%j is taken", (text) => {
    expect(codeOf(() => checkPassphrase(secret(text)))).toBeUndefined();
  });
});
