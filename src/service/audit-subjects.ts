import type { DigestPurpose } from "../audit/index.js";
import type { AuthorizeCommand, EngineCommand } from "../engine/commands/command.js";

/**
 * What of a request the audit log may keep a digest of. Whoever reads it from the request notes it in the call; the values themselves never
 * reach the log.
 */
export type AuditSubjects = { [purpose in DigestPurpose]?: string | Buffer };

const SHORT_KSN_LENGTH = 8;
const SHORT_KSN_PREFIX = Buffer.from("ffff", "hex");

/**
 * The subjects of a command. One of two MAC steps counts: the message that was verified goes before the one that is answered with, as the
 * KSN of the PIN does before the one of the MAC.
 */
export function auditSubjectsOf(command: EngineCommand): AuditSubjects {
  switch (command.kind) {
    case "translatePin":
    case "verifyPin": {
      const { source, pan } = command;
      return { pan, pinBlock: source.pinBlock, ...ksnSubject(source.key.ksn) };
    }
    case "verifyMac":
    case "generateMac":
      return { message: command.message, ...ksnSubject(command.key.ksn) };
    case "authorize":
      return authorizeSubjects(command);
    default:
      return {};
  }
}

function authorizeSubjects({ verifyMac, translatePin, generateMac }: AuthorizeCommand): AuditSubjects {
  const macStep = verifyMac ?? generateMac;
  return {
    ...(macStep && { message: macStep.message }),
    ...(translatePin && { pan: translatePin.pan, pinBlock: translatePin.source.pinBlock }),
    ...ksnSubject(translatePin?.source.key.ksn ?? verifyMac?.key.ksn ?? generateMac?.key.ksn),
  };
}

/** One KSN has one digest, in whichever form it was sent: the 8 bytes of a TDES KSN lack the leading FFFF (X9.24-1). */
function ksnSubject(ksn: Buffer | undefined): AuditSubjects {
  if (ksn === undefined) return {};
  return { ksn: ksn.length === SHORT_KSN_LENGTH ? Buffer.concat([SHORT_KSN_PREFIX, ksn]) : ksn };
}
