import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import type { TokenEngine } from "../../src/engine/token-engine.js";
import { softwareHeadSealer } from "./head-sealer.js";

/** As much of a token as a register is verified and restored with: it seals heads as `softwareHeadSealer` does, and takes every key's seal for its own. */
export function softwareToken(): TokenEngine {
  const seal = softwareHeadSealer();
  const answer = async (command: EngineCommand): Promise<EngineOutcome> => {
    if (command.kind === "sealRegisterHead") return { kind: "sealRegisterHead", seal: await seal(command.head) };
    if (command.kind === "verifySeals") return { kind: "verifySeals", holds: command.sealedKeys.map(() => true) };
    throw new Error(`nothing asks for ${command.kind} here`);
  };
  const token: Pick<TokenEngine, "execute"> = { execute: (commands) => Promise.all(commands.map(answer)) };
  return token as TokenEngine;
}
