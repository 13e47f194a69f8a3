import { Command } from "commander";
import { note, print } from "../../output/index.js";
import { currentSecond, loadPolicy } from "./load-policy.js";

/** `pinmac policy check` */
export function createPolicyCheckCommand(): Command {
  return new Command("check")
    .argument("<file>", "policy file")
    .description("Check a policy: every error and warning with its line. Errors end with exit code 2, warnings do not.")
    .addHelpText("after", "\nExample:\n  $ pinmac policy check /etc/pinmac/policy.yaml")
    .action(checkPolicyFile);
}

function checkPolicyFile(file: string): void {
  const { policy, warnings } = loadPolicy(file, currentSecond());
  for (const warning of warnings) note(`warning: ${warning}`);
  const identities = new Set(policy.grants.flatMap((grant) => grant.identities.map(({ key }) => key)));
  print(`${file}: good. ${policy.grants.length} grants for ${identities.size} identities; everything else is denied.`);
}
