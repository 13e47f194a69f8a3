import { Refusal } from "../../base/index.js";
import { CeremonyAborted } from "../../ceremony/run/ceremony-aborted.js";
import { CeremonyRefused } from "../../ceremony/run/ceremony-refused.js";
import { TerminalEnded } from "../../ceremony/terminal/terminal-ended.js";
import { TriesExhausted } from "../../ceremony/terminal/tries-exhausted.js";
import { TranscriptError } from "../../ceremony/transcript/transcript-error.js";
import { LaneStartError } from "../../engine/lanes/lane-failure.js";
import { TokenInitializationError } from "../../hsm/token-initialization-error.js";
import { TokenStartError } from "../../hsm/token-start-error.js";
import { LifecycleError } from "../../lifecycle/lifecycle-error.js";
import { OfficerError } from "../../officers/officer-error.js";
import { ServerStartError } from "../../service/server-start-error.js";
import { StoreError } from "../../store/store-error.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { note } from "../output/index.js";
import { Aborted } from "./aborted.js";
import { ConfigurationError } from "./configuration-error.js";
import { describeOfficerError, exitOfOfficerError } from "./officer-failure.js";
import { VerificationFailed } from "./verification-failed.js";

const ABOUT_THE_TOKEN = new Set(["TOKEN_UNAVAILABLE", "TOKEN_CANNOT"]);

/** Codes of a start that failed, where it was not the token's fault. */
const START_EXITS: Readonly<Record<string, ExitCode>> = {
  PIN_FILE_UNREADABLE: EXIT.CONFIGURATION,
  PIN_FILE_EXPOSED: EXIT.CONFIGURATION,
  SOFTWARE_TOKEN_IN_PRODUCTION: EXIT.CONFIGURATION,
  SO_PIN_REQUIRED: EXIT.CONFIGURATION,
  KEYS_EXIST: EXIT.REFUSED,
};

/** Says on standard error what went wrong, in words for the operator. @returns the exit code */
export function reportFailure(error: unknown): ExitCode {
  if (error instanceof Refusal) return reportRefusal(error);
  if (isStartFailure(error)) return reportStartFailure(error);
  if (error instanceof CeremonyAborted)
    return say(error.message, error.stop.reason === "tokenFailed" ? EXIT.HSM : EXIT.REFUSED);
  if (error instanceof OfficerError) return say(`${error.code}: ${describeOfficerError(error)}`, exitOfOfficerError(error));
  for (const [type, code] of KNOWN) {
    if (error instanceof type) return say(error.message, code);
  }
  note("pinmac: a defect of pinmac:");
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.DEFECT;
}

const KNOWN = [
  [ConfigurationError, EXIT.CONFIGURATION],
  [StoreError, EXIT.CONFIGURATION],
  [ServerStartError, EXIT.CONFIGURATION],
  [VerificationFailed, EXIT.VERIFICATION],
  [Aborted, EXIT.REFUSED],
  [CeremonyRefused, EXIT.CONFIGURATION],
  [LifecycleError, EXIT.REFUSED],
  [TranscriptError, EXIT.CONFIGURATION],
  [TerminalEnded, EXIT.REFUSED],
  [TriesExhausted, EXIT.REFUSED],
] as const;

function reportRefusal({ reason, message, field, requirement }: Refusal): ExitCode {
  const details = [field === undefined ? "" : `field ${field}`, requirement ?? ""].filter((text) => text !== "");
  const suffix = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return say(`${reason}: ${message}${suffix}`, ABOUT_THE_TOKEN.has(reason) ? EXIT.HSM : EXIT.REFUSED);
}

type StartFailure = LaneStartError | TokenStartError | TokenInitializationError;

function isStartFailure(error: unknown): error is StartFailure {
  return error instanceof LaneStartError || error instanceof TokenStartError || error instanceof TokenInitializationError;
}

function reportStartFailure({ code, message }: StartFailure): ExitCode {
  return say(`${code}: ${message}`, START_EXITS[code] ?? EXIT.HSM);
}

function say(message: string, code: ExitCode): ExitCode {
  for (const line of message.split("\n")) note(`pinmac: ${line}`);
  return code;
}
