import type { SignCheckpointCommand, SignCheckpointOutcome } from "./command.js";
import type { CommandContext } from "./command-context.js";

/** Signs the digest of an audit checkpoint. @throws Refusal TOKEN_CANNOT when the token has no audit key; TokenFault */
export function signCheckpoint(context: CommandContext, { digest }: SignCheckpointCommand): SignCheckpointOutcome {
  return { kind: "signCheckpoint", signature: context.signAuditDigest(digest) };
}
