import { readFileSync } from "node:fs";
import type { CheckpointSigner } from "../../src/audit/index.js";
import type { ReadPlan, Step } from "../../src/ceremony/plan/index.js";
import { digestOf, type Fact, TranscriptWriter } from "../../src/ceremony/transcript/index.js";
import type { DirectoryHead, OfficerSigner } from "../../src/officers/index.js";
import { readPlan } from "./plans.js";

const CHECK_VALUE = { method: "TDES_ECB", value: "A1B2C3" } as const;
const AES_CHECK_VALUE = { method: "AES_CMAC", value: "0123456789" } as const;

/** What a step says when all goes well. */
export function factsFor(step: Step, { plan }: ReadPlan): Fact[] {
  const checkValue = "masterKey" in plan ? AES_CHECK_VALUE : CHECK_VALUE;
  switch (step.kind) {
    case "confirmPlan":
      return [{ fact: "confirmed", what: "plan" }];
    case "checkToken":
      return [{ fact: "token", ...plan.token, description: "SoftHSM project, SoftHSM v2, firmware 2.6" }];
    case "enterComponent":
    case "showComponent":
    case "enterShare":
    case "showShare": {
      const of = step.kind.endsWith("Share") ? "share" : "component";
      const { component: number = 0, isPrinted } = step;
      return [{ fact: "checkValue", of, number, checkValue }, ...(isPrinted ? [{ fact: "printed", of, number } as const] : [])];
    }
    case "makeMasterKey":
      return [attributes];
    case "compareCheckValue":
      return [{ fact: "checkValue", of: "key", checkValue }];
    case "foundDirectory":
      return [
        { fact: "enrolled", name: step.officer, roles: ["keyManager"] },
        { fact: "directory", entry: 1 },
      ];
    case "enrolOfficers":
      return [{ fact: "directory", entry: 2 }];
    case "approve":
      return [{ fact: "statement", digest: digestOf(Buffer.from("statement")) }];
    case "registerKey":
      return [keyFact(plan)];
    case "exportKeyBlock":
      return [{ fact: "keyBlock", digest: digestOf(Buffer.from("key block")) }];
    case "retireKey":
      return [{ fact: "keyState", name: "pos/bdk", version: 1, state: "retired" }];
    default:
      return [];
  }
}

const attributes: Fact = {
  fact: "attributes",
  object: "pinmac-storage-master-key",
  sensitive: true,
  extractable: false,
  modifiable: false,
  copyable: false,
  uses: ["wrap", "unwrap"],
  mechanisms: ["AES_KEY_WRAP"],
};

function keyFact(plan: ReadPlan["plan"]): Fact {
  if (!("key" in plan) || !("usage" in plan.key)) throw new Error("the plan makes a key");
  const { key } = plan;
  const made = plan.ceremony === "import-key-block" ? ({ length: 16, mode: "B", exportability: "N" } as const) : plan.key;
  return {
    fact: "key",
    id: "6b0c1f6e-8f0e-4a3a-9a53-0f0d6a1b2c3d",
    name: key.name,
    version: 1,
    usage: key.usage,
    algorithm: key.algorithm,
    length: made.length,
    mode: made.mode,
    exportability: made.exportability,
    environment: plan.environment,
    checkValue: CHECK_VALUE,
  };
}

/** Who takes part, what they go by, where it is written. */
export interface TestCeremony {
  readonly path: string;
  readonly text: string;
  readonly signers: ReadonlyMap<string, OfficerSigner>;
  readonly directory: DirectoryHead;
  readonly sealer: CheckpointSigner;
}

export function openWriter({ path, text, directory }: TestCeremony) {
  const plan = readPlan(text);
  const token = { ...plan.plan.token, description: "SoftHSM project, SoftHSM v2, firmware 2.6" };
  let now = Date.UTC(2026, 0, 1);
  const clock = () => {
    now += 1_000;
    return now;
  };
  return { plan, writer: TranscriptWriter.create(path, { plan, pinmac: "0.1.0", token, directory }, clock) };
}

/** Goes through the next step as planned. */
export async function doStep(writer: TranscriptWriter, plan: ReadPlan, signers: TestCeremony["signers"]): Promise<void> {
  const step = writer.nextStep;
  if (step === undefined) throw new Error("no step is left");
  await writer.record({ result: "done" }, factsFor(step, plan), signers.get(step.officer));
}

/** A whole ceremony; its transcript's text. */
export async function playCeremony(ceremony: TestCeremony): Promise<string> {
  const { plan, writer } = openWriter(ceremony);
  while (writer.nextStep !== undefined) await doStep(writer, plan, ceremony.signers);
  await writer.complete(ceremony.sealer);
  return readFileSync(ceremony.path, "utf8");
}
