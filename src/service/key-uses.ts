import type { AuthorizeCommand, CommandKey, EngineCommand } from "../engine/commands/command.js";
import type { HeaderOf } from "../engine/index.js";
import type { KeyUse } from "../lifecycle/index.js";

/** A key of a command, and what the command wants of it. */
export interface WantedUse {
  readonly key: CommandKey;
  readonly use: KeyUse;
}

/** What a command wants of each of its keys. */
export function usesOf(command: EngineCommand, headerOf: HeaderOf): readonly WantedUse[] {
  switch (command.kind) {
    case "translatePin":
      return [inbound(command.source.key), outbound(command.target.key)];
    case "verifyMac":
      return [inbound(command.key)];
    case "generateMac":
      return [replying(command.key, headerOf)];
    case "authorize":
      return usesOfAuthorize(command, headerOf);
    case "verifyPin":
      return [inbound(command.source.key), inbound(command.method.key)];
    case "importKeyBlock":
      return [inbound(command.keyEncryptionKey)];
    case "exportKeyBlock":
      return [outbound(command.key), outbound(command.keyEncryptionKey)];
    case "generateSessionKeys":
      return [outbound(command.terminalMasterKey)];
    case "deriveInitialKey":
      return [outbound(command.bdk), outbound(command.keyEncryptionKey)];
    case "openSealedKey":
      return [{ key: { sealedKey: command.sealedKey }, use: "look" }];
    default:
      return [];
  }
}

function usesOfAuthorize({ verifyMac, translatePin, generateMac }: AuthorizeCommand, headerOf: HeaderOf): readonly WantedUse[] {
  return [verifyMac, translatePin, generateMac].flatMap((step) => (step === undefined ? [] : usesOf(step, headerOf)));
}

const inbound = (key: CommandKey): WantedUse => ({ key, use: "inbound" });
const outbound = (key: CommandKey): WantedUse => ({ key, use: "outbound" });

/** A device under a BDK is answered under that BDK: it has no key of the next one. */
function replying(key: CommandKey, headerOf: HeaderOf): WantedUse {
  return { key, use: headerOf(key).usage === "B0" ? "reply" : "outbound" };
}
