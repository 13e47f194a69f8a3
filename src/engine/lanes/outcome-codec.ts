import { REASONS, type Reason } from "../../base/index.js";
import type {
  AuthorizeResult,
  MadeSessionKey as FramedSessionKey,
  LaneOutcome,
  Refused,
  SessionKeys,
} from "../../gen/pinmac/engine/v1/lane.js";
import type {
  AuthorizeOutcome,
  EngineCommand,
  EngineOutcome,
  GenerateSessionKeysOutcome,
  MadeSessionKey,
  RefusedOutcome,
} from "../commands/command.js";
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
    case "pinVerified":
      return { kind: "verifyPin", verified: body.value };
    case "sealedKey":
      return { kind: "importKeyBlock", sealedKey: body.value };
    case "keyBlock":
      return { kind: "exportKeyBlock", keyBlock: body.value };
    case "sessionKeys":
      return decodeSessionKeys(body.value);
    case "initialKey":
      return { kind: "deriveInitialKey", keyBlock: body.value.keyBlock, checkValue: body.value.checkValue };
    case "signature":
      return { kind: "signCheckpoint", signature: body.value };
    case "registerSeal":
      return { kind: "sealRegisterHead", seal: body.value };
    case "seals":
      return { kind: "verifySeals", holds: body.value.holds };
    case "done":
      return { kind: "done" };
  }
}

const OUTCOME_CASES: Readonly<Record<EngineCommand["kind"], OutcomeCase>> = {
  translatePin: "pinBlock",
  generateMac: "mac",
  verifyMac: "verified",
  authorize: "authorize",
  verifyPin: "pinVerified",
  importKeyBlock: "sealedKey",
  exportKeyBlock: "keyBlock",
  generateSessionKeys: "sessionKeys",
  deriveInitialKey: "initialKey",
  signCheckpoint: "signature",
  sealRegisterHead: "registerSeal",
  verifySeals: "seals",
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
    case "verifyPin":
      return { $case: "pinVerified", value: outcome.verified };
    case "importKeyBlock":
      return { $case: "sealedKey", value: outcome.sealedKey };
    case "exportKeyBlock":
      return { $case: "keyBlock", value: outcome.keyBlock };
    case "generateSessionKeys":
      return { $case: "sessionKeys", value: encodeSessionKeys(outcome) };
    case "deriveInitialKey":
      return { $case: "initialKey", value: { keyBlock: outcome.keyBlock, checkValue: outcome.checkValue } };
    case "signCheckpoint":
      return { $case: "signature", value: outcome.signature };
    case "sealRegisterHead":
      return { $case: "registerSeal", value: outcome.seal };
    case "verifySeals":
      return { $case: "seals", value: { holds: outcome.holds } };
    case "done":
      return { $case: "done", value: {} };
  }
}

function encodeSessionKey({ sealedKey, keyBlock }: MadeSessionKey): FramedSessionKey {
  return { sealedKey, keyBlock: keyBlock ?? NO_BYTES };
}

function encodeSessionKeys({ field62, pin, mac, data }: GenerateSessionKeysOutcome): SessionKeys {
  return {
    field62: field62 ?? NO_BYTES,
    pin: encodeSessionKey(pin),
    mac: encodeSessionKey(mac),
    data: data && encodeSessionKey(data),
  };
}

function decodeSessionKey(framed: FramedSessionKey | undefined): MadeSessionKey {
  if (framed === undefined) throw new LaneProtocolError("A session key is missing.");
  return { sealedKey: framed.sealedKey, ...(framed.keyBlock.length > 0 && { keyBlock: framed.keyBlock }) };
}

function decodeSessionKeys(framed: SessionKeys): GenerateSessionKeysOutcome {
  return {
    kind: "generateSessionKeys",
    ...(framed.field62.length > 0 && { field62: framed.field62 }),
    pin: decodeSessionKey(framed.pin),
    mac: decodeSessionKey(framed.mac),
    ...(framed.data && { data: decodeSessionKey(framed.data) }),
  };
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
