import { REASONS, type Reason } from "../../base/index.js";
import type { AuthorizeResult, LaneOutcome, Refused } from "../../gen/pinmac/engine/v1/lane.js";
import type { AuthorizeOutcome, EngineCommand, EngineOutcome, RefusedOutcome } from "../commands/command.js";
import { LaneProtocolError } from "./frames.js";

const NO_BYTES = Buffer.alloc(0);

type FramedOutcome = NonNullable<LaneOutcome["outcome"]>;
type OutcomeCase = FramedOutcome["$case"];

/** An outcome as it stands in a frame, under its command's number. */
export function encodeOutcome(id: number, outcome: EngineOutcome): LaneOutcome {
  return { id, outcome: encodeBody(outcome) };
}

/**
 * The outcome of a frame, which must be a refusal or be of the command's own kind.
 * @throws LaneProtocolError otherwise
 */
export function decodeOutcome(command: EngineCommand["kind"], framed: LaneOutcome): EngineOutcome {
  const body = framed.outcome;
  if (body === undefined) throw new LaneProtocolError("An outcome has no body.");
  if (body.$case === "refused") return decodeRefused(body.value);
  if (body.$case !== OUTCOME_CASES[command]) throw new LaneProtocolError("An outcome is not of its command's kind.");
  switch (body.$case) {
    case "pinBlock":
      return { kind: "translatePin", pinBlock: body.value };
    case "mac":
      return { kind: "generateMac", mac: body.value };
    case "verified":
      return { kind: "verifyMac", verified: body.value };
    case "authorize":
      return decodeAuthorize(body.value);
    case "done":
      return { kind: "done" };
  }
}

const OUTCOME_CASES: Readonly<Record<EngineCommand["kind"], OutcomeCase>> = {
  translatePin: "pinBlock",
  generateMac: "mac",
  verifyMac: "verified",
  authorize: "authorize",
  openSealedKey: "done",
  probe: "done",
};

function encodeBody(outcome: EngineOutcome): FramedOutcome {
  switch (outcome.kind) {
    case "refused":
      return {
        $case: "refused",
        value: { reason: outcome.reason, requirement: outcome.requirement ?? "", field: outcome.field ?? "" },
      };
    case "translatePin":
      return { $case: "pinBlock", value: outcome.pinBlock };
    case "generateMac":
      return { $case: "mac", value: outcome.mac };
    case "verifyMac":
      return { $case: "verified", value: outcome.verified };
    case "authorize":
      return { $case: "authorize", value: encodeAuthorize(outcome) };
    case "done":
      return { $case: "done", value: {} };
  }
}

function encodeAuthorize(outcome: AuthorizeOutcome): AuthorizeResult {
  if (!outcome.completed) return { completed: false, pinBlock: NO_BYTES, mac: NO_BYTES };
  return { completed: true, pinBlock: outcome.pinBlock ?? NO_BYTES, mac: outcome.mac ?? NO_BYTES };
}

function decodeAuthorize(framed: AuthorizeResult): AuthorizeOutcome {
  if (!framed.completed) return { kind: "authorize", completed: false };
  return {
    kind: "authorize",
    completed: true,
    ...(framed.pinBlock.length > 0 && { pinBlock: framed.pinBlock }),
    ...(framed.mac.length > 0 && { mac: framed.mac }),
  };
}

function decodeRefused(framed: Refused): RefusedOutcome {
  if (!isReason(framed.reason)) throw new LaneProtocolError("A refusal has an unknown reason.");
  return {
    kind: "refused",
    reason: framed.reason,
    ...(framed.field !== "" && { field: framed.field }),
    ...(framed.requirement !== "" && { requirement: framed.requirement }),
  };
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
