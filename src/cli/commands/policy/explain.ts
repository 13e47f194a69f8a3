import { Command } from "commander";
import { type Explanation, explainDecision } from "../../../policy/index.js";
import { EXIT } from "../../exit-codes.js";
import { print, printJson } from "../../output/index.js";
import { instant } from "../options.js";
import { currentSecond, loadPolicy } from "./load-policy.js";
import { callerOfOptions, type QuestionOptions, requestOf } from "./question.js";

interface ExplainOptions extends QuestionOptions {
  readonly at?: number;
  readonly json?: boolean;
}

const append = (value: string, before: readonly string[] = []) => [...before, value];

/** `pinmac policy explain` */
export function createPolicyExplainCommand(): Command {
  return new Command("explain")
    .argument("<file>", "policy file")
    .description("Say which grants permit a request, or for each grant why it does not. Denied ends with exit code 1.")
    .option(
      "--identity <identity>",
      "uri:…, dns:…, subject:… or anonymous; may be repeated, for all that a certificate has",
      append,
    )
    .option("--certificate <file>", "a client certificate (PEM), instead of --identity")
    .requiredOption("--operation <operation>", "such as translatePin")
    .option(
      "--key <slot=name>",
      "a key of the request; the slot may be left out where there is one only; may be repeated",
      append,
    )
    .option("--at <instant>", "2026-12-31T23:59:59Z instead of now", instant)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Example:
  $ pinmac policy explain policy.yaml --identity uri:spiffe://bank/switch-1 --operation translatePin \\
      --key source=pos/bdk/a --key target=issuer/zone-pin`,
    )
    .action(explainRequest);
}

function explainRequest(file: string, options: ExplainOptions): void {
  const now = options.at ?? currentSecond();
  const caller = callerOfOptions(options);
  const request = requestOf(options, caller, now);
  const explanation = explainDecision(loadPolicy(file, now).policy, request);
  if (options.json === true) printJson({ ...explanation, identities: caller.map(({ text }) => text) });
  else printExplanation(explanation);
  if (!explanation.allowed) process.exitCode = EXIT.REFUSED;
}

function printExplanation({ allowed, grants }: Explanation): void {
  print(allowed ? "Permitted." : "Denied.");
  for (const { grant, obstacles } of grants) {
    print(obstacles.length === 0 ? `  ${grant} permits it.` : `  ${grant} does not:`);
    for (const obstacle of obstacles) print(`    ${obstacle}`);
  }
}
