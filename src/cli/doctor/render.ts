import { formatPairs, formatTable } from "../output/index.js";
import type { Diagnosis, MasterKeyState } from "./examine.js";
import type { NeededMechanism } from "./mechanisms.js";

/** The diagnosis for a person: facts first, the verdict last. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  return [
    renderToken(diagnosis),
    renderMechanisms(diagnosis),
    renderCustody(diagnosis),
    ...renderList("Objects in the token that are not pinmac's", diagnosis.otherObjects),
    ...renderList("Half objects", halfObjects(diagnosis)),
    ...renderList("Worth a thought", diagnosis.cautions),
    diagnosis.healthy ? "Healthy: everything that pinmac needs is there." : "NOT healthy: see what is missing above.",
  ].join("\n\n");
}

function halfObjects({ halfObjects: count }: Diagnosis): readonly string[] {
  return count === 0 ? [] : [`${count} left by interrupted creations: \`pinmac token quarantine\` destroys them.`];
}

function renderToken({ module, token, masterKeys }: Diagnosis): string {
  return formatPairs([
    ["Module", `${module.description}, ${module.manufacturer}, ${module.version} (Cryptoki ${module.cryptoki})`],
    ["Token", token.label],
    ["Serial", token.serial],
    ["Kind", `${token.description}${token.isSoftware ? " - in software" : ""}`],
    ["User PIN", token.isUserPinLocked ? "LOCKED" : "not locked"],
    ["Master keys", renderMasterKeys(masterKeys)],
  ]);
}

function renderMasterKeys(state: MasterKeyState): string {
  return state.sound ? "there, and as pinmac made them" : `${state.reason}: ${state.message}`;
}

function renderMechanisms({ mechanisms }: Diagnosis): string {
  const rows = mechanisms.map(({ name, present, need, purpose }) => [name, stateOf(present, need), need, purpose]);
  return formatTable(["MECHANISM", "STATE", "FOR", "PURPOSE"], rows);
}

function stateOf(present: boolean, need: NeededMechanism["need"]): string {
  if (present) return "present";
  return need === "optional" ? "missing" : "MISSING";
}

function renderCustody({ custody }: Diagnosis): string {
  const rows = custody.map(({ operation, insideToken, touchesMemory }) => [operation, insideToken, touchesMemory]);
  return formatTable(["OPERATION", "STAYS INSIDE THE TOKEN", "PASSES THROUGH MEMORY, WIPED"], rows);
}

function renderList(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [[`${title}:`, ...items.map((item) => `- ${item}`)].join("\n")];
}
