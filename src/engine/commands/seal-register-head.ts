import type { SealRegisterHeadCommand, SealRegisterHeadOutcome } from "./command.js";
import type { CommandContext } from "./command-context.js";

/** Seals where the register's journal stands; the same seal again proves one that is there. @throws TokenFault */
export function sealRegisterHead(context: CommandContext, { head }: SealRegisterHeadCommand): SealRegisterHeadOutcome {
  return { kind: "sealRegisterHead", seal: context.sealRegisterHead(head) };
}
