import type { Command } from "commander";
import type { AuditPublicKey, ChainHead } from "../../../audit/index.js";
import { type TranscriptVerdict, verifyTranscript } from "../../../ceremony/transcript/index.js";
import { DirectoryFault, type OfficerDirectory, OfficerError, parseOfficerDirectory } from "../../../officers/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { readAuditKeyFile, readGivenFile } from "../../files/index.js";
import { chainReference } from "../options.js";

/** What the commands about transcripts are given: public things only. */
export interface TranscriptOptions {
  readonly key: string;
  readonly officers?: string;
  readonly officersKey?: string;
  readonly expectEntry?: ChainHead;
}

/** `--key`, `--officers`, `--officers-key` and `--expect-entry`. */
export function withTranscriptKeys(command: Command): Command {
  return command
    .requiredOption("--key <file>", "public audit key (PEM) of the token that sealed the transcript")
    .option("--officers <file>", "the officers' directory; a founding and a restored master key need none")
    .option("--officers-key <file>", "public audit key of the token that sealed the directory (default: that of --key)")
    .option(
      "--expect-entry <entry>",
      "an entry of the directory noted elsewhere, NUMBER:HASH or NUMBER:WORDS, which must be in it",
      chainReference,
    );
}

/**
 * Verifies a transcript with files that are no secrets; needs neither the service nor the token.
 * @throws ConfigurationError when a file cannot be read, or the directory does not hold
 */
export function verifyTranscriptFile(file: string, options: TranscriptOptions): TranscriptVerdict {
  const auditPublicKey = readAuditKeyFile(options.key);
  const directory = readDirectory(options, auditPublicKey);
  return verifyTranscript(readGivenFile(file).toString("utf8"), {
    auditPublicKey,
    ...(directory !== undefined && { directory }),
  });
}

function readDirectory(
  { officers: file, officersKey, expectEntry }: TranscriptOptions,
  tokenKey: AuditPublicKey,
): OfficerDirectory | undefined {
  if (file === undefined) {
    if (expectEntry !== undefined) throw new ConfigurationError("--expect-entry is about the directory: give --officers.");
    return undefined;
  }
  const key = officersKey === undefined ? tokenKey : readAuditKeyFile(officersKey);
  try {
    return parseOfficerDirectory(readGivenFile(file).toString("utf8"), key, expectEntry);
  } catch (error) {
    if (error instanceof DirectoryFault) throw new ConfigurationError(`${file}: ${error.describe()}`);
    throw error instanceof OfficerError ? new ConfigurationError(`${file}: ${error.message}`) : error;
  }
}
