import { Refusal } from "../../base/index.js";
import { LaneStartError } from "../../engine/lanes/lane-failure.js";
import { ServerStartError } from "../../service/server-start-error.js";
import { StoreError } from "../../store/store-error.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { note } from "../output/index.js";
import { Aborted } from "./aborted.js";
import { ConfigurationError } from "./configuration-error.js";
import { HsmError } from "./hsm-error.js";

const ABOUT_THE_TOKEN = new Set(["TOKEN_UNAVAILABLE", "TOKEN_CANNOT"]);
const ABOUT_THE_SET_UP = new Set(["PIN_FILE_UNREADABLE", "PIN_FILE_EXPOSED", "SOFTWARE_TOKEN_IN_PRODUCTION"]);

/** Says on standard error what went wrong, in words for the operator. @returns the exit code */
export function reportFailure(error: unknown): ExitCode {
  if (error instanceof Refusal) return reportRefusal(error);
  if (error instanceof LaneStartError) return reportLaneFailure(error);
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
  [HsmError, EXIT.HSM],
  [Aborted, EXIT.REFUSED],
] as const;

function reportRefusal({ reason, message, field, requirement }: Refusal): ExitCode {
  const details = [field === undefined ? "" : `field ${field}`, requirement ?? ""].filter((text) => text !== "");
  const suffix = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return say(`${reason}: ${message}${suffix}`, ABOUT_THE_TOKEN.has(reason) ? EXIT.HSM : EXIT.REFUSED);
}

function reportLaneFailure({ code, message }: LaneStartError): ExitCode {
  return say(`${code}: ${message}`, ABOUT_THE_SET_UP.has(code) ? EXIT.CONFIGURATION : EXIT.HSM);
}

function say(message: string, code: ExitCode): ExitCode {
  for (const line of message.split("\n")) note(`pinmac: ${line}`);
  return code;
}
