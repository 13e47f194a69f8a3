import { relative } from "node:path";
import { Command } from "commander";
import {
  AuditLogError,
  type AuditVerdict,
  type ChainHead,
  listLogs,
  type VerifyOptions,
  verifyAudit,
} from "../../../audit/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { EXIT } from "../../exit-codes.js";
import { readGivenFile } from "../../files/index.js";
import { formatPairs, note, print, printJson } from "../../output/index.js";
import { chainReference, wholeNumber } from "../options.js";
import { reading } from "./reading.js";

interface VerifyCommandOptions {
  readonly key: string;
  readonly expectCheckpoint?: ChainHead;
  readonly after?: ChainHead;
  readonly maxUnsigned?: number;
  readonly json?: boolean;
}

const HELP = `
Of a service with several fronts, DIRECTORY holds a log of each: all are verified, and one that is missing between others is named.

Use your own copy of the public key, not the one beside the log. A record is written NUMBER:HASH, the hash in hex or in words.
Write down the head of each verification: given to the next one, it shows that nothing was cut off since.

Example:
  $ pinmac audit verify var/audit --key audit-key.pem --expect-checkpoint 4711:lusab-…`;

/** `pinmac audit verify` */
export function createVerifyCommand(): Command {
  return new Command("verify")
    .description("Check every hash, number, link, count and signature. Ends with 4 when something does not hold, and names it.")
    .argument("<directory>", "the log")
    .requiredOption("--key <file>", "public audit key (PEM)")
    .option("--expect-checkpoint <record>", "a record seen elsewhere, which must be here", chainReference)
    .option("--after <record>", "the record before the first one here, when older segments were moved away", chainReference)
    .option(
      "--max-unsigned <records>",
      "so many records may follow the last signed checkpoint (default: 10000)",
      wholeNumber(0),
    )
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(verify);
}

async function verify(directory: string, options: VerifyCommandOptions): Promise<void> {
  const logs = await reading(directory, () => listLogs(directory));
  const [only = directory] = logs;
  if (logs.length > 1) await verifyEach(directory, logs, options);
  else await verifyOne(only, options);
}

/** The logs of several fronts: each is a chain of its own, and all of them must hold. */
async function verifyEach(directory: string, logs: readonly string[], options: VerifyCommandOptions): Promise<void> {
  if (options.expectCheckpoint !== undefined || options.after !== undefined) {
    throw new ConfigurationError("--expect-checkpoint and --after are of one log: name its directory.");
  }
  const verdicts = [];
  for (const log of logs) verdicts.push({ log: relative(directory, log) || ".", verdict: await verdictOf(log, options) });
  const holds = verdicts.every(({ verdict }) => verdict.holds);
  if (options.json === true) printJson({ holds, logs: verdicts.map(({ log, verdict }) => ({ log, ...toJson(verdict) })) });
  else print(verdicts.map(({ log, verdict }) => `${log}: ${toText(verdict)}`).join("\n"));
  process.exitCode = holds ? EXIT.DONE : EXIT.VERIFICATION;
}

async function verifyOne(log: string, options: VerifyCommandOptions): Promise<void> {
  const verdict = await verdictOf(log, options);
  if (options.json === true) printJson(toJson(verdict));
  else print(toText(verdict));
  process.exitCode = verdict.holds ? EXIT.DONE : EXIT.VERIFICATION;
}

async function verdictOf(directory: string, options: VerifyCommandOptions): Promise<AuditVerdict> {
  const pem = readGivenFile(options.key).toString("utf8");
  return reading(directory, () => verifyAudit(directory, pem, verifyOptions(options))).catch((error: unknown) => {
    throw error instanceof AuditLogError ? new ConfigurationError(`${options.key}: ${error.message}`) : error;
  });
}

function verifyOptions({ expectCheckpoint, after, maxUnsigned }: VerifyCommandOptions): VerifyOptions {
  return {
    ...(expectCheckpoint !== undefined && { expect: expectCheckpoint }),
    ...(after !== undefined && { after }),
    ...(maxUnsigned !== undefined && { maxUnsignedRecords: maxUnsigned }),
    ...(process.stderr.isTTY && { onProgress: (records: number) => note(`${records} records hold so far`) }),
  };
}

function toJson(verdict: AuditVerdict) {
  const { head, signedCheckpoint, ...counts } = verdict.report;
  return {
    holds: verdict.holds,
    ...(!verdict.holds && { fault: verdict.fault }),
    ...counts,
    head: { seq: head.seq, hash: head.hash.toString("hex") },
    signedCheckpoint:
      signedCheckpoint === undefined ? null : { seq: signedCheckpoint.seq, hash: signedCheckpoint.hash.toString("hex") },
  };
}

function toText(verdict: AuditVerdict): string {
  const { report } = verdict;
  const signed = report.signedCheckpoint;
  const pairs = formatPairs([
    ["segments", String(report.segments)],
    ["records", `${report.records}, of them ${report.calls} calls; ${report.repairs} torn writes cut off and noted`],
    [
      "signed up to",
      signed === undefined ? "nothing is signed" : `record ${signed.seq}; ${report.unsignedRecords} records follow`,
    ],
    ["head", `${report.head.seq}:${report.head.hash.toString("hex")}`],
    ["in words", report.headWords],
  ]);
  if (verdict.holds) return `The log holds.\n${pairs}`;
  const { code, why, segment, line, seq } = verdict.fault;
  return `The log DOES NOT HOLD: ${segment || "no segment"}, line ${line}, record ${seq}: ${code}: ${why}.\nUp to there:\n${pairs}`;
}
