import { Command } from "commander";
import { createAuditCommand } from "./commands/audit/index.js";
import { createCeremonyCommand } from "./commands/ceremony/index.js";
import { createDevelopmentCommand } from "./commands/development/index.js";
import { createDoctorCommand } from "./commands/doctor.js";
import { createHealthCommand } from "./commands/health.js";
import { createInitCommand } from "./commands/init.js";
import { createInitialKeyCommand } from "./commands/initial-key/index.js";
import { createKeyCommand } from "./commands/key/index.js";
import { createOfficerCommand } from "./commands/officer/index.js";
import { createPolicyCommand } from "./commands/policy/index.js";
import { createRegisterCommand } from "./commands/register/index.js";
import { createServeCommand } from "./commands/serve.js";
import { createTokenCommand } from "./commands/token/index.js";
import { EXIT_CODES_HELP } from "./exit-codes.js";
import { readVersion } from "./version.js";

const EXAMPLES = `
Examples:
  $ pinmac init                                   once for each token: makes the storage master key
  $ pinmac doctor                                 what the token can do, and what is missing
  $ pinmac key generate --name issuer/zone-mac --usage M6 --mac-length 8
  $ pinmac serve --config /etc/pinmac/server.yaml`;

/** The whole command line. Every failure is thrown, none ends the process. */
export function createProgram(): Command {
  const program = new Command("pinmac")
    .description("A payment HSM service on a PKCS#11 token.")
    .version(readVersion())
    .addHelpText("after", `${EXAMPLES}\n${EXIT_CODES_HELP}`);
  for (const create of [
    createInitCommand,
    createKeyCommand,
    createInitialKeyCommand,
    createOfficerCommand,
    createCeremonyCommand,
    createRegisterCommand,
    createPolicyCommand,
    createServeCommand,
    createDoctorCommand,
    createTokenCommand,
    createHealthCommand,
    createAuditCommand,
    createDevelopmentCommand,
  ]) {
    program.addCommand(create());
  }
  throwInsteadOfExit(program);
  return program;
}

/** Commander's own exits happen for each command apart. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}
