import { Command } from "commander";
import { describeVerdict, type TranscriptVerdict } from "../../../ceremony/transcript/index.js";
import { EXIT } from "../../exit-codes.js";
import { formatPairs, print, printJson } from "../../output/index.js";
import { type TranscriptOptions, verifyTranscriptFile, withTranscriptKeys } from "./verification.js";

const HELP = `
Checks the chain, each officer's signature and role, the steps against the plan inside, the plan's digest and the token's seal. Ends with 4
and names the first line that does not hold. Use your own copies of the public keys. Compare the words with those on the signed paper.

Example:
  $ pinmac ceremony verify load-bdk.jsonl --key audit-key.pem --officers officers.jsonl`;

/** `pinmac ceremony verify` */
export function createVerifyCommand(): Command {
  return withTranscriptKeys(new Command("verify"))
    .description("Verify the transcript of a ceremony, offline.")
    .argument("<file>", "the transcript")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action((file: string, options: TranscriptOptions & { readonly json?: boolean }) => {
      const verdict = verifyTranscriptFile(file, options);
      if (options.json === true) printJson(toJson(verdict));
      else print(toText(verdict));
      process.exitCode = verdict.holds ? EXIT.DONE : EXIT.VERIFICATION;
    });
}

function toJson(verdict: TranscriptVerdict) {
  const { plan, lines, head, headWords, sealed } = verdict.report;
  return {
    holds: verdict.holds,
    ...(verdict.holds ? { outcome: verdict.outcome } : { fault: verdict.fault }),
    ceremony: plan?.plan.ceremony ?? null,
    planDigest: plan?.digest ?? null,
    lines: lines.length,
    sealed,
    head: { line: head.line, hash: head.hash.toString("hex"), words: headWords },
  };
}

function toText(verdict: TranscriptVerdict): string {
  const { plan, lines, head, headWords, sealed } = verdict.report;
  const pairs: [string, string][] = [
    ["lines", String(lines.length)],
    ["sealed", sealed ? "by the token" : "no"],
    ["last hash", head.hash.toString("hex")],
    ["in words", headWords],
  ];
  if (plan !== undefined)
    pairs.unshift(["ceremony", plan.plan.ceremony], ["plan", plan.digest.hex], ["in words", plan.digest.words]);
  const prefix = verdict.holds ? "" : "\nUp to there:";
  return `${describeVerdict(verdict)}${prefix}\n${formatPairs(pairs)}`;
}
