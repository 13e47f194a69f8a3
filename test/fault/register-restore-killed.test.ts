import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUpRegister } from "../../src/cli/register/index.js";
import { openSqliteRegister, verifyRegister } from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";

const RESTORER = fileURLToPath(new URL("./support/register-restorer.mjs", import.meta.url));
const SEAL_KEY = "a register that is restored";
const DEVICE = { bdkId: "0f0f0f0f", initialKeyId: Buffer.from("ffff9876543210e00000", "hex") };
const KEY = sampleHeader("zonePinTdes", { name: "zone/visa" });
const DECISION = { keyId: KEY.id, follows: Buffer.alloc(32), statement: Buffer.from("suspended"), approvals: "[]" };
const seal = softwareHeadSealer(SEAL_KEY);

const PRESENT = 5;
const RESTORED = 3;

/** It is done again after each such kill: that takes as long as the kill itself. */
const DONE_AGAIN = 3;

let folder: string;
/** A register with a device and a decision that its backup lacks: five changes, of which a restored one has three. */
let begin: string;

beforeAll(async () => {
  expect(
    existsSync(fileURLToPath(new URL("../../dist/cli/register/index.js", import.meta.url))),
    "dist is missing: build",
  ).toBe(true);
  folder = mkdtempSync(join(tmpdir(), "pinmac-restore-killed-"));
  begin = join(folder, "begin");
  mkdirSync(begin);
  const register = openSqliteRegister(join(begin, "register.sqlite"), seal);
  await register.add(sealUnopenable(KEY));
  await backUpRegister(join(begin, "register.sqlite"), join(begin, "backup"));
  await register.reserveInitialKey(DEVICE);
  await register.releaseInitialKey(DEVICE);
  await register.reserveInitialKey(DEVICE);
  await register.addStates([DECISION]);
  // As a service that ended leaves it: the changes are in the write-ahead log.
  cpSync(begin, join(folder, "left"), { recursive: true });
  register.close();
  begin = join(folder, "left");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Restores in a copy of the beginning. */
function restoreIn(place: string, killBefore: number) {
  const argument = { register: join(place, "register.sqlite"), backup: join(place, "backup"), sealKey: SEAL_KEY, killBefore };
  return spawnSync(process.execPath, [RESTORER, JSON.stringify(argument)], { encoding: "utf8" });
}

/** The register must hold, whole, with the device and the decision. @returns its number of changes */
async function inspect(place: string): Promise<number | undefined> {
  const path = join(place, "register.sqlite");
  const { faults, keys, initialKeys, head } = await verifyRegister(path, {
    isSealed: async (one) => one.seal.equals(await seal(one)),
  });
  expect({ faults, keys, initialKeys }).toEqual({ faults: [], keys: 1, initialKeys: 1 });
  const register = openSqliteRegister(path, seal);
  try {
    expect(register.statesAfter(0)).toMatchObject([{ keyId: KEY.id, statement: DECISION.statement }]);
    await expect(register.reserveInitialKey(DEVICE)).rejects.toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
  } finally {
    register.close();
  }
  return head?.seq;
}

it("leaves the old register or the new one, whole, wherever it is killed, and is then done by doing it again", async () => {
  const seen: (number | undefined)[] = [];
  for (let killBefore = 1; ; killBefore += 1) {
    const place = join(folder, String(killBefore));
    cpSync(begin, place, { recursive: true });
    const { signal, status, stderr } = restoreIn(place, killBefore);
    if (signal === null) {
      expect(status, stderr).toBe(0);
      break;
    }
    expect(signal).toBe("SIGKILL");
    seen.push(await inspect(place));
    if (killBefore % DONE_AGAIN === 0) {
      expect(restoreIn(place, 0)).toMatchObject({ status: 0, stderr: "" });
      expect(await inspect(place)).toBe(RESTORED);
      expect(readdirSync(place).filter((name) => name.includes("restoring"))).toEqual([]);
    }
    rmSync(place, { recursive: true });
  }
  // It changes once, from the one to the other.
  expect(seen).toEqual(seen.toSorted((one, other) => Number(other) - Number(one)));
  expect(new Set(seen)).toEqual(new Set([PRESENT, RESTORED]));
}, 300_000);
