import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditPublicKey } from "../../src/audit/index.js";
import { SecretBytes } from "../../src/base/index.js";
import { readApprovalFile } from "../../src/cli/officers/index.js";
import { checkpointSigner } from "../../src/cli/register/checkpoint-signer.js";
import { openTokenEngine } from "../../src/engine/index.js";
import { auditPublicKeyOf } from "../../src/hsm/index.js";
import {
  appendToOfficerDirectory,
  approve,
  OfficerDirectory,
  openOfficerKeyFile,
  parseOfficerCard,
  Statement,
} from "../../src/officers/index.js";
import { PseudoTerminal, type TerminalRun } from "../ceremony/support/pseudo-terminal.js";
import { createTestToken, TEST_PIN, type TestToken } from "../support/softhsm.js";

const PASSPHRASES = { anna: "the first passphrase", ben: "the second passphrase", dora: "the third passphrase" } as const;
const PINMAC = resolve("dist/cli/main.js");
let token: TestToken;
const at = (name: string) => join(token.directory, name);

/** Runs the real program on a terminal; each question is answered as it comes. */
async function pinmac(
  args: readonly string[],
  answers: readonly (readonly [string | RegExp, string])[] = [],
): Promise<TerminalRun> {
  const terminal = PseudoTerminal.start([process.execPath, PINMAC, ...args], { cwd: token.directory, env: process.env });
  for (const [question, answer] of answers) await terminal.answer(question, answer);
  return terminal.ended;
}

const BY = ["--by", "anna.key", "--by", "ben.key", "--config", "server.yaml"];
const approvals = (first = PASSPHRASES.anna as string, second = PASSPHRASES.ben as string) =>
  [
    [/I approve\r?\n(?:.*\n)*> /, "I approve"],
    ["Passphrase of anna: ", first],
    [/I approve\r?\n(?:.*\n)*> /, "I approve"],
    ["Passphrase of ben: ", second],
  ] as const;

/** The founding entry, as a ceremony makes it. */
async function found(): Promise<void> {
  const engine = openTokenEngine({ ...token, environment: "test", keyCacheSize: 4 });
  const point = engine.auditPublicKey;
  if (point === undefined) throw new Error("the token has an audit key");
  const pem = auditPublicKeyOf(point).export({ type: "spki", format: "pem" }).toString();
  writeFileSync(at("audit-key.pem"), pem);
  const key = new AuditPublicKey(pem);
  const signers = (["anna", "ben"] as const).map((name) =>
    openOfficerKeyFile(at(`${name}.key`), SecretBytes.take(Buffer.from(PASSPHRASES[name]))),
  );
  const cards = (["anna", "ben"] as const).map((name) => parseOfficerCard(readFileSync(at(`${name}.key.card`), "utf8")));
  const [first, second] = cards.map((card) => ({ card, roles: ["keyManager"] as const }));
  if (first === undefined || second === undefined) throw new Error("two cards");
  const draft = OfficerDirectory.EMPTY.draft({ kind: "founded", officers: [first, second] }, Date.now());
  const statement = OfficerDirectory.statementOf(draft);
  const signed = await Promise.all(signers.map((signer) => approve(signer, statement)));
  const { line } = await OfficerDirectory.EMPTY.append(draft, signed, checkpointSigner(engine, "audit"));
  appendToOfficerDirectory(at("officers.jsonl"), key, OfficerDirectory.EMPTY.head, [line]);
  await engine.close();
}

async function officers(): Promise<Record<string, readonly string[]>> {
  const { out, code } = await pinmac(["officer", "list", "--config", "server.yaml", "--json"]);
  expect(code).toBe(0);
  const listed = JSON.parse(out) as { officers: { name: string; roles: string[] }[] };
  return Object.fromEntries(listed.officers.map(({ name, roles }) => [name, roles]));
}

beforeAll(async () => {
  token = createTestToken("officers-test");
  const environment = JSON.stringify(token.moduleEnvironment);
  writeFileSync(
    at("hsm.yaml"),
    `name: test\nmodule: ${token.modulePath}\nmoduleEnvironment: ${environment}\ntokenLabel: ${token.tokenLabel}\npinFile: ${token.pinFile}\n`,
  );
  writeFileSync(
    at("server.yaml"),
    "environment: test\nlisten: 127.0.0.1:0\ninsecureLoopback: true\nhsm: hsm.yaml\nregister: register.sqlite\n",
  );
  for (const name of ["anna", "ben", "dora"] as const) {
    const answers = [
      ["New passphrase: ", PASSPHRASES[name]],
      ["Once more: ", PASSPHRASES[name]],
    ] as const;
    const { code, screen } = await pinmac(["officer", "key", "create", "--name", name, "--out", `${name}.key`], answers);
    expect(code).toBe(0);
    expect(screen).not.toContain(PASSPHRASES[name]);
  }
  await found();
});
afterAll(() => token.remove());

describe("pinmac officer key create", () => {
  test("makes a key file and a card; a short passphrase and two different ones are asked for again", async () => {
    const { code, out, screen } = await pinmac(
      ["officer", "key", "create", "--name", "emil", "--out", "emil.key"],
      [
        ["New passphrase: ", "short"],
        [/has 12 to 256 bytes.*2 more tries.*New passphrase: /s, "a long passphrase"],
        ["Once more: ", "another passphrase"],
        [/The two entries differ\..*New passphrase: /s, "a long passphrase"],
        ["Once more: ", "a long passphrase"],
      ],
    );
    expect(code).toBe(0);
    expect(screen).not.toContain("a long passphrase");
    expect(statSync(at("emil.key")).mode & 0o777).toBe(0o600);
    const card = parseOfficerCard(readFileSync(at("emil.key.card"), "utf8"));
    expect(out.trim()).toBe(card.publicKey.fingerprint);
  });

  test("ends without a file on the third wrong entry, on Ctrl-C, and where a file is there", async () => {
    const wrong = [
      ["New passphrase: ", "short"],
      ["New passphrase: ", "short"],
      ["New passphrase: ", "short"],
    ] as const;
    const third = await pinmac(["officer", "key", "create", "--name", "fritz", "--out", "fritz.key"], wrong);
    expect(third.code).toBe(1);
    const terminal = PseudoTerminal.start(
      [process.execPath, PINMAC, "officer", "key", "create", "--name", "fritz", "--out", "fritz.key"],
      {
        cwd: token.directory,
        env: process.env,
      },
    );
    await terminal.expect("New passphrase: ");
    terminal.type("half of it\u0003");
    expect((await terminal.ended).code).toBe(1);
    expect(existsSync(at("fritz.key"))).toBe(false);
    const answers = [
      ["New passphrase: ", PASSPHRASES.anna],
      ["Once more: ", PASSPHRASES.anna],
    ] as const;
    const there = await pinmac(["officer", "key", "create", "--name", "anna", "--out", "anna.key"], answers);
    expect(there).toMatchObject({ code: 2, err: expect.stringContaining("KEY_FILE_EXISTS") as string });
  });

  test.each([
    ["a name that is none", ["--name", "Anna", "--out", "x.key"], "officer's name"],
    ["a token label without a module", ["--name", "x", "--out", "x.key", "--token-label", "t"], "need --module"],
    ["a module without labels", ["--name", "x", "--out", "x.key", "--module", "/m.so"], "needs --token-label and --key-label"],
  ])("refuses %s before it asks", async (_what, args, why) => {
    const { code, err, screen } = await pinmac(["officer", "key", "create", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(screen).not.toContain("passphrase");
  });
});

describe("pinmac officer enrol, roles, revoke", () => {
  const cleosToken = ["--module", "/usr/lib/softhsm/libsofthsm2.so", "--token-label", "officers-test", "--key-label", "cleo"];

  test("an officer with a key in a token is enrolled, and approves with it", async () => {
    const variable = `SOFTHSM2_CONF=${token.moduleEnvironment["SOFTHSM2_CONF"] ?? ""}`;
    const create = ["officer", "key", "create", "--name", "cleo", "--out", "cleo.key", ...cleosToken, "--module-env", variable];
    expect((await pinmac(create, [["PIN of token officers-test: ", TEST_PIN]])).code).toBe(0);
    expect(statSync(at("cleo.key")).mode & 0o777).toBe(0o600);
    const enrolled = await pinmac(["officer", "enrol", "cleo.key.card", "--role", "keyManager", ...BY], approvals());
    expect(enrolled).toMatchObject({ code: 0, err: expect.stringContaining("entry 2 of the directory") as string });
    expect(await officers()).toEqual({ anna: ["keyManager"], ben: ["keyManager"], cleo: ["keyManager"] });
    // Her token and pinmac's are one module in this test; she signs all the same.
    const statement = Statement.of("test", { field: "value" });
    writeFileSync(at("a.statement"), statement.bytes);
    const signed = await pinmac(
      ["officer", "sign", "a.statement", "--by", "cleo.key", "--out", "cleo.approval"],
      [
        [/I approve\r?\n(?:.*\n)*> /, "I approve"],
        ["PIN of token officers-test, cleo: ", TEST_PIN],
      ],
    );
    expect(signed).toMatchObject({ code: 0, out: "" });
    expect(signed.screen).toContain("field  value");
    const { officer, signature } = readApprovalFile(at("cleo.approval"));
    const card = parseOfficerCard(readFileSync(at("cleo.key.card"), "utf8"));
    expect(officer).toBe("cleo");
    expect(card.publicKey.signed(statement.bytes, signature)).toBe(true);
  });

  test("a destruction is signed by who types the key, and by nobody else", async () => {
    writeFileSync(at("destroy.statement"), Statement.of("key.destroy", { key: "zone/pin@1" }).bytes);
    const sign = ["officer", "sign", "destroy.statement", "--by", "dora.key", "--out", "dora.approval"];
    const phrase = /To sign, type:[^>]*> /;
    const approve = "I approve";
    expect(
      (
        await pinmac(sign, [
          [phrase, approve],
          ["> ", approve],
          ["> ", approve],
        ])
      ).code,
    ).toBe(1);
    expect(existsSync(at("dora.approval"))).toBe(false);
    const answers = [
      [phrase, "zone/pin@1"],
      ["Passphrase of dora: ", PASSPHRASES.dora],
    ] as const;
    expect((await pinmac(sign, answers)).code).toBe(0);
    expect(readApprovalFile(at("dora.approval")).officer).toBe("dora");
    expect(await pinmac(sign, answers)).toMatchObject({ code: 2, err: expect.stringContaining("EEXIST") as string });
  });

  test("each of the two sees the statement on a screen of their own, and no passphrase is shown", async () => {
    const run = await pinmac(["officer", "enrol", "dora.key.card", "--role", "custodian", ...BY], approvals());
    expect(run.code).toBe(0);
    const screens = run.screen.split("\u001b[H\u001b[2J\u001b[3J");
    const { fingerprint } = parseOfficerCard(readFileSync(at("dora.key.card"), "utf8")).publicKey;
    const asking = screens.filter((screen) => screen.replaceAll(/\s/g, "").includes(fingerprint));
    expect(asking.map((screen) => /Passphrase of (\w+)/.exec(screen)?.[1])).toEqual(["anna", "ben"]);
    for (const text of [run.screen, run.out, run.err])
      for (const passphrase of Object.values(PASSPHRASES)) expect(text).not.toContain(passphrase);
    expect(await officers()).toMatchObject({ dora: ["custodian"] });
  });

  test("roles are changed, and an officer is revoked for good", async () => {
    expect((await pinmac(["officer", "roles", "dora", "--role", "auditor", ...BY], approvals())).code).toBe(0);
    expect(await officers()).toMatchObject({ dora: ["auditor"] });
    expect((await pinmac(["officer", "revoke", "dora", "--reason", "left", ...BY], approvals())).code).toBe(0);
    expect(Object.keys(await officers())).toEqual(["anna", "ben", "cleo"]);
    const again = await pinmac(["officer", "enrol", "dora.key.card", "--role", "custodian", ...BY]);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining("NAME_TAKEN") as string });
  });

  test("nothing is changed without two different key managers who sign", async () => {
    const before = readFileSync(at("officers.jsonl"), "utf8");
    const enrol = ["officer", "enrol", "emil.key.card", "--role", "custodian"];
    const config = ["--config", "server.yaml"];
    const one = await pinmac([...enrol, "--by", "anna.key", ...config]);
    expect(one).toMatchObject({ code: 2, err: expect.stringContaining("give --by twice") as string });
    const [annaApproves, annaSigns] = approvals();
    const twice = await pinmac(
      [...enrol, "--by", "anna.key", "--by", "anna.key", ...config],
      [annaApproves, annaSigns, annaApproves, annaSigns],
    );
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining("APPROVER_TWICE") as string });
    const dora = [annaApproves[0], "I approve"] as const;
    const stranger = await pinmac(
      [...enrol, "--by", "anna.key", "--by", "dora.key", ...config],
      [annaApproves, annaSigns, dora, ["Passphrase of dora: ", PASSPHRASES.dora]],
    );
    expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining("APPROVER_UNKNOWN") as string });
    const wrong = ["Passphrase of anna: ", "not the passphrase"] as const;
    const third = await pinmac([...enrol, ...BY], [annaApproves, wrong, wrong, wrong]);
    expect(third.code).toBe(1);
    const phrase = [annaApproves[0], "no"] as const;
    const refused = await pinmac([...enrol, ...BY], [phrase, ["> ", "no"], ["> ", "no"]]);
    expect(refused.code).toBe(1);
    expect(readFileSync(at("officers.jsonl"), "utf8")).toBe(before);
    expect(existsSync(at("officers.jsonl.new"))).toBe(false);
  });

  test("what is no card, or a directory that was changed, is named", async () => {
    writeFileSync(at("bad.card"), readFileSync(at("emil.key.card"), "utf8").replace("emil", "emma"));
    const card = await pinmac(["officer", "enrol", "bad.card", "--role", "custodian", ...BY]);
    expect(card).toMatchObject({ code: 2, err: expect.stringContaining("CARD_INVALID") as string });
    writeFileSync(
      at("tampered.jsonl"),
      readFileSync(at("officers.jsonl"), "utf8").replace('"reason":"left"', '"reason":"replaced"'),
    );
    const list = await pinmac(["officer", "list", "--officers", "tampered.jsonl", "--key", "audit-key.pem"]);
    expect(list).toMatchObject({ code: 4, err: expect.stringContaining("Entry 5: CHANGED") as string });
  });

  test("a directory that was cut off at its end is found by the entry that was noted, in words or in hex", async () => {
    const noted = JSON.parse((await pinmac(["officer", "list", "--config", "server.yaml", "--json"])).out) as {
      head: { entry: number; hash: string; words: string };
    };
    const { entry, hash, words } = noted.head;
    const lines = readFileSync(at("officers.jsonl"), "utf8").split("\n");
    writeFileSync(at("cut.jsonl"), `${lines.slice(0, entry - 1).join("\n")}\n`);
    const list = (file: string, expected: string) =>
      pinmac([
        "officer",
        "list",
        "--officers",
        file,
        "--key",
        "audit-key.pem",
        ...(expected === "" ? [] : ["--expect-entry", expected]),
      ]);
    for (const written of [hash, words]) {
      expect(await list("officers.jsonl", `${entry}:${written}`)).toMatchObject({ code: 0 });
      const cut = await list("cut.jsonl", `${entry}:${written}`);
      expect(cut).toMatchObject({ code: 4, out: "", err: expect.stringContaining(`Entry ${entry}: EXPECTED`) as string });
    }
    expect(await list("cut.jsonl", "")).toMatchObject({ code: 0 });
    expect(await list("officers.jsonl", `${entry - 1}:${hash}`)).toMatchObject({ code: 4 });
    expect(await list("officers.jsonl", `0:${hash}`)).toMatchObject({ code: 4 });
    expect(await list("officers.jsonl", hash)).toMatchObject({ code: 2 });
  });
});

describe("pinmac officer key passphrase", () => {
  test("puts the key under another passphrase", async () => {
    const next = "a better passphrase";
    const answers = [
      ["Passphrase of dora: ", PASSPHRASES.dora],
      ["New passphrase: ", next],
      ["Once more: ", next],
    ] as const;
    expect((await pinmac(["officer", "key", "passphrase", "dora.key"], answers)).code).toBe(0);
    const wrong = await pinmac(["officer", "key", "passphrase", "dora.key"], answers);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("KEY_FILE_UNUSABLE") as string });
  });
});
