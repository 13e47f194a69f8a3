import { createCipheriv, createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SecretBytes } from "../../../src/base/index.js";
import type { EngineCommand, EngineOutcome } from "../../../src/engine/commands/command.js";
import { openKeyMaker } from "../../../src/engine/index.js";
import type { LanesOptions } from "../../../src/engine/lanes/index.js";
import type { KeyHeaderDraft } from "../../../src/keyblock/index.js";
import { parsePan } from "../../../src/pin/index.js";
import type { TestToken } from "../../support/softhsm.js";

/** The compiled program of a lane: `npm run build` makes it, and without it no lane starts. */
export const LANE_MAIN = fileURLToPath(new URL("../../../dist/engine/lanes/lane-main.js", import.meta.url));

export const TOKEN_UNAVAILABLE: EngineOutcome = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };

/** PIN 1234 in ISO 9564-1 format 0 for PAN 4012345678909. */
const CLEAR_PIN_BLOCK = Buffer.from("041274edcba9876f", "hex");

function encipher(key: Buffer): Buffer {
  return createCipheriv("des-ede-ecb", key, null).setAutoPadding(false).update(CLEAR_PIN_BLOCK);
}

/** A command on real keys, and its one right answer. */
export interface KnownAnswer {
  readonly command: EngineCommand;
  readonly outcome: EngineOutcome;
}

/** Any key with two halves that differ; `number` makes it another one. */
function keyValue(number: number): Buffer {
  const digest = createHash("sha256").update(`fault key ${number}`).digest();
  return Buffer.from(digest.subarray(0, 16));
}

/** Seals two keys on the token and makes a translation between them. */
export function makeKnownAnswer(token: TestToken): KnownAnswer {
  const [answer] = makeKnownAnswers(token, 2);
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

/** Seals so many keys on the token, and makes a translation from each to the next. */
export function makeKnownAnswers(token: TestToken, keys: number): readonly KnownAnswer[] {
  const values = Array.from({ length: keys }, (_, number) => keyValue(number));
  const maker = openKeyMaker({ ...token, environment: "test" });
  try {
    const sealed = values.map((value, number) => {
      const { sealedKey } = maker.importClearKey(pinKeyNamed(`fault/key-${number}`), SecretBytes.take(Buffer.from(value)));
      return { value, sealedKey };
    });
    return sealed.flatMap((source, number) => {
      const target = sealed[(number + 1) % keys];
      return target === undefined ? [] : translation(source, target);
    });
  } finally {
    maker.close();
  }
}

function pinKeyNamed(name: string): KeyHeaderDraft {
  return {
    name,
    version: 1,
    usage: "P0",
    algorithm: "TDES",
    keyLength: 16,
    modeOfUse: "B",
    exportability: "N",
    environment: "test",
    owner: "",
  };
}

interface FaultKey {
  readonly value: Buffer;
  readonly sealedKey: Buffer;
}

function translation(source: FaultKey, target: FaultKey): KnownAnswer {
  return {
    command: {
      kind: "translatePin",
      source: { key: { sealedKey: source.sealedKey }, format: 0, pinBlock: encipher(source.value) },
      target: { key: { sealedKey: target.sealedKey }, format: 0 },
      pan: parsePan("4012345678909"),
    },
    outcome: { kind: "translatePin", pinBlock: encipher(target.value) },
  };
}

/** The options of lanes on that token. */
export function lanesOn(token: TestToken, lanes: number): LanesOptions {
  const { modulePath, moduleEnvironment, tokenLabel, pinFile } = token;
  return {
    modulePath,
    moduleEnvironment,
    tokenLabel,
    pinFile,
    environment: "test",
    keyCacheSize: 16,
    lanes,
    laneEntry: LANE_MAIN,
  };
}

/** Waits until it is so. @throws when it is not in time */
export async function until(condition: () => boolean, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; !condition(); await sleep(10)) {
    if (Date.now() > end) throw new Error("The condition did not come true in time.");
  }
}

/** The processes whose parent is `parent`, with their state as the kernel names it (Z is a zombie). */
export function childrenOf(parent: number): readonly { readonly pid: number; readonly state: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statusOf(name);
      return fields !== undefined && Number(fields[1]) === parent ? { pid: Number(name), state: fields[0] ?? "?" } : [];
    });
}

/** State, parent and so on: what follows the name in /proc/N/stat; undefined when the process is gone. */
function statusOf(pid: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  const state = statusOf(String(pid))?.[0];
  return state !== undefined && state !== "Z";
}
