import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CEREMONY_KINDS, listSteps, parseCeremonyPlan } from "../../src/ceremony/plan/index.js";
import { createCeremonyCommand } from "../../src/cli/commands/ceremony/index.js";
import { YamlError } from "../../src/yaml/index.js";

const FOLDER = new URL("../../examples/ceremony/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
const FINGERPRINTS: Readonly<Record<string, string>> = { anna: "a", ben: "b", carla: "c", dan: "d", eva: "e" };

/** An example as somebody would fill it in. */
function fillIn(name: string): Buffer {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  const digits = /algorithm: TDES/.test(text) ? "A1B2C3" : "A1B2C3D4E5";
  const filled = text
    .replaceAll("{{label}}", "acquirer")
    .replaceAll("{{serial}}", "1a2b3c4d5e6f7a8b")
    .replaceAll("{{check value}}", digits)
    .replaceAll(/\{\{fingerprint (\w+)\}\}/g, (_, officer: string) => (FINGERPRINTS[officer] ?? "").repeat(64));
  return Buffer.from(filled);
}

const read = (name: string) => parseCeremonyPlan(fillIn(name), name);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the example plans", () => {
  test("are one of each kind", () => {
    expect(FILES.map((name) => read(name).plan.ceremony).sort()).toEqual([...CEREMONY_KINDS].sort());
  });

  test.each(FILES)("%s: is read, and shown by the command with all its steps", async (name) => {
    const file = join(folder, name);
    writeFileSync(file, fillIn(name));
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      await createCeremonyCommand().parseAsync(["plan", file], { from: "user" });
      const out = write.mock.calls.map(([text]) => String(text)).join("");
      const { length } = listSteps(read(name).plan);
      expect(out).toContain(`Step ${length} of ${length}`);
    } finally {
      write.mockRestore();
    }
  });

  test.each(FILES)("%s: begins with what it is for, and each of its placeholders is explained", (name) => {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    expect(text).toMatch(/^# /);
    const explained = readFileSync(new URL("README.md", FOLDER), "utf8");
    for (const [placeholder] of text.matchAll(/\{\{[^}]*\}\}/g)) {
      expect(explained).toContain(`\`${placeholder.replace(/fingerprint \w+/, "fingerprint NAME")}\``);
    }
  });

  test.each(["found.yaml", "restore-master-key.yaml", "import-key-block.yaml"])("%s: is refused as it stands", (name) => {
    expect(() => parseCeremonyPlan(readFileSync(new URL(name, FOLDER)), name)).toThrow(YamlError);
  });
});
