import { Refusal } from "../../base/index.js";
import { TokenFault } from "../../hsm/token-fault.js";
import { TokenInitializationError } from "../../hsm/token-initialization-error.js";
import { TokenStartError } from "../../hsm/token-start-error.js";
import { LifecycleError } from "../../lifecycle/index.js";
import { OfficerError } from "../../officers/index.js";
import { StoreError } from "../../store/store-error.js";
import { TerminalEnded, TriesExhausted } from "../terminal/index.js";
import type { StopReason } from "../transcript/stop-reason.js";
import { TranscriptError } from "../transcript/transcript-error.js";
import type { CeremonyStop } from "./ceremony-aborted.js";
import { type CeremonyRefusal, CeremonyRefused } from "./ceremony-refused.js";

const ABOUT_THE_TOKEN: readonly string[] = ["TOKEN_UNAVAILABLE", "TOKEN_CANNOT"];
const ABOUT_THE_REGISTER: readonly string[] = ["KEY_EXISTS", "KEY_DUPLICATE", "KEY_STATE_REFUSED"];

/** Refusals of the ceremony's own that come after it has begun. */
const REFUSED: Readonly<Partial<Record<CeremonyRefusal, StopReason>>> = {
  CHECK_VALUE_DIFFERS: "checkValueDiffers",
  KEY_NAME_TAKEN: "registerRefused",
  KEY_VERSION_WRONG: "registerRefused",
  KEY_BLOCK_EXISTS: "fileFailed",
  KEY_BLOCK_UNWRITABLE: "fileFailed",
  PRINTER_FAILED: "printerFailed",
};

/** Why a ceremony ended, in the transcript's words. */
export function stopOf(error: unknown): CeremonyStop {
  if (error instanceof TerminalEnded) return { reason: error.end };
  if (error instanceof TriesExhausted) return { reason: "triesExhausted" };
  if (error instanceof CeremonyRefused) return { reason: REFUSED[error.code] ?? "entryRefused" };
  if (error instanceof OfficerError) return { reason: "officerRefused", code: error.code };
  if (error instanceof LifecycleError) return { reason: "approvalRefused" };
  if (error instanceof Refusal) return { reason: reasonOf(error), code: error.reason };
  return stopOfDevice(error);
}

function reasonOf({ reason }: Refusal): StopReason {
  if (ABOUT_THE_TOKEN.includes(reason)) return "tokenFailed";
  return ABOUT_THE_REGISTER.includes(reason) ? "registerRefused" : "entryRefused";
}

function stopOfDevice(error: unknown): CeremonyStop {
  if (error instanceof TokenStartError || error instanceof TokenInitializationError) {
    return { reason: error.code === "KEY_ATTRIBUTES_DRIFTED" ? "attributesDiffer" : "tokenFailed", code: error.code };
  }
  if (error instanceof TokenFault) return { reason: "tokenFailed" };
  if (error instanceof TranscriptError || isOfFiles(error)) return { reason: "fileFailed" };
  return { reason: error instanceof StoreError || isOfDatabase(error) ? "registerRefused" : "defect" };
}

/** A full disk, a lock that is not let go of: what the store does not translate. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && error.name === "SqliteError";
}

function isOfFiles(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
