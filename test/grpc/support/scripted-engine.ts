import type {
  EngineCommand,
  EngineOutcome,
  GenerateSessionKeysCommand,
  GenerateSessionKeysOutcome,
  ImportKeyBlockCommand,
} from "../../../src/engine/commands/command.js";
import type { Engine } from "../../../src/engine/engine.js";
import type { KeyHeader, KeyHeaderDraft } from "../../../src/keyblock/index.js";
import type { EngineHealth } from "../../../src/service/index.js";
import { headerOfDraft } from "../../support/key-headers.js";
import { sampleHeader, sealUnopenable } from "./sealed-keys.js";

/** An engine that answers what the test says, remembers what it was asked, and knows no keys. */
export class ScriptedEngine implements Engine, EngineHealth {
  /** Every command that reached the engine. */
  readonly commands: EngineCommand[] = [];
  /** What the next commands are answered. */
  answer: (command: EngineCommand) => EngineOutcome | Promise<EngineOutcome> = succeed;
  readonly state = { serving: true };
  readonly #listeners = new Set<() => void>();

  async execute(commands: readonly EngineCommand[]): Promise<readonly EngineOutcome[]> {
    this.commands.push(...commands);
    return Promise.all(commands.map((command) => this.answer(command)));
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setServing(serving: boolean): void {
    this.state.serving = serving;
    for (const listener of this.#listeners) listener();
  }

  /** Back to an engine that was never asked. */
  reset(): void {
    this.commands.length = 0;
    this.answer = succeed;
  }

  async close(): Promise<void> {
    this.setServing(false);
  }
}

/** What an engine answers when nothing is wrong. */
export function succeed(command: EngineCommand): EngineOutcome {
  switch (command.kind) {
    case "translatePin":
      return { kind: "translatePin", pinBlock: Buffer.alloc(command.target.format === 4 ? 16 : 8, 0x77) };
    case "generateMac":
      return { kind: "generateMac", mac: Buffer.alloc(8, 0x66) };
    case "verifyMac":
      return { kind: "verifyMac", verified: true };
    case "authorize":
      return {
        kind: "authorize",
        completed: true,
        ...(command.translatePin && { pinBlock: Buffer.alloc(8, 0x77) }),
        ...(command.generateMac && { mac: Buffer.alloc(8, 0x66) }),
      };
    case "verifyPin":
      return { kind: "verifyPin", verified: true };
    case "exportKeyBlock":
      return { kind: "exportKeyBlock", keyBlock: KEY_BLOCK };
    case "deriveInitialKey":
      return { kind: "deriveInitialKey", keyBlock: KEY_BLOCK, checkValue: Buffer.from("a1b2c3", "hex") };
    case "importKeyBlock":
      return { kind: "importKeyBlock", sealedKey: sealUnopenable(importedHeader(command)) };
    case "generateSessionKeys":
      return sessionKeys(command);
    case "signCheckpoint":
      return { kind: "signCheckpoint", signature: Buffer.alloc(64, 0x55) };
    case "sealRegisterHead":
      return { kind: "sealRegisterHead", seal: Buffer.alloc(16, 0x44) };
    case "verifySeals":
      return { kind: "verifySeals", holds: command.sealedKeys.map(() => true) };
    case "openSealedKey":
    case "probe":
      return { kind: "done" };
  }
}

/** A key block of nobody's. */
export const KEY_BLOCK = Buffer.from("D0112P0AB00E0000scripted", "latin1");

/** What an engine makes of a key block: a zone PIN key. */
function importedHeader({ draft }: ImportKeyBlockCommand): KeyHeader {
  const { name, version, owner } = draft;
  return sampleHeader("zonePinTdes", { name, version, owner, exportability: "S" });
}

function sessionKeys({ delivery, drafts }: GenerateSessionKeysCommand): GenerateSessionKeysOutcome {
  const isUnionPay = delivery.kind === "unionPay";
  const make = (draft: KeyHeaderDraft) => ({
    sealedKey: sealUnopenable(headerOfDraft(draft)),
    ...(!isUnionPay && { keyBlock: Buffer.from(`block of ${draft.usage}`, "latin1") }),
  });
  const { pin, mac, data } = drafts;
  return {
    kind: "generateSessionKeys",
    ...(isUnionPay && { field62: Buffer.alloc(delivery.layout, 0x62) }),
    pin: make(pin),
    mac: make(mac),
    ...(data && { data: make(data) }),
  };
}
