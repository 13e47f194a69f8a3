import type { EngineCommand, EngineOutcome } from "../../../src/engine/commands/command.js";
import type { Engine } from "../../../src/engine/engine.js";
import type { EngineHealth } from "../../../src/service/index.js";

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
    case "openSealedKey":
    case "probe":
      return { kind: "done" };
  }
}
