import { AuthorizeOutcome, type AuthorizeResponse } from "../../../src/gen/pinmac/v1/authorization.js";
import type { UsedKey } from "../../../src/gen/pinmac/v1/key_reference.js";
import type { GenerateMacResponse } from "../../../src/gen/pinmac/v1/mac.js";
import { PinBlockFormat, type TranslatePinResponse } from "../../../src/gen/pinmac/v1/pin.js";
import type { Refused, StreamRun } from "../pinmac-client/index.js";
import type { Handover, PinTranslation } from "./handover.js";
import type { CallEvent, CallPart, KeyUse } from "./journal.js";
import type { SwitchKey } from "./switch-key.js";

type Description = Omit<CallEvent, "kind" | "by" | "milliseconds">;

const AUTHORIZE = "AuthorizationService.Authorize";
const AUTHORIZE_STREAM = "AuthorizationService.AuthorizeStream";
const TRANSLATE_PIN = "PinService.TranslatePin";
const GENERATE_MAC = "MacService.GenerateMac";

const FORMAT_NAMES: Readonly<Record<PinBlockFormat, string>> = {
  [PinBlockFormat.PIN_BLOCK_FORMAT_UNSPECIFIED]: "no format",
  [PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0]: "ISO 0",
  [PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1]: "ISO 1",
  [PinBlockFormat.PIN_BLOCK_FORMAT_ISO_2]: "ISO 2",
  [PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3]: "ISO 3",
  [PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4]: "ISO 4",
};

/** The key of the answer where there is one, else the name that was asked for. */
function keyUse(key: SwitchKey, used: UsedKey | undefined): KeyUse {
  return used === undefined ? { name: key.name } : { name: used.name, version: used.version, checkValue: used.checkValue };
}

function describeTranslation(translation: PinTranslation, response: TranslatePinResponse | undefined): CallPart {
  const { source, target } = translation;
  return {
    what: `translate PIN ${FORMAT_NAMES[source.format]} → ${FORMAT_NAMES[target.format]}`,
    keys: [keyUse(source.key, response?.sourceKey), keyUse(target.key, response?.targetKey)],
  };
}

function describeParts({ inbound, outbound, translation }: Handover, response: AuthorizeResponse | undefined): CallPart[] {
  const verified = response?.verifyMac;
  const result = verified && { result: verified.verified ? "verified" : "mismatch" };
  const undone = verified?.verified === false && { result: "not done" };
  return [
    { what: "verify MAC", keys: [keyUse(inbound.key, verified?.key)], ...result },
    ...(translation === undefined ? [] : [{ ...describeTranslation(translation, response?.translatePin), ...undone }]),
    { what: "generate MAC", keys: [keyUse(outbound.key, response?.generateMac?.key)], ...undone },
  ];
}

function describeRefusal({ reason, grpcStatus, field, requirement }: Refused): Omit<Description, "rpc" | "parts"> {
  return {
    outcome: reason,
    grpcStatus,
    ...(field !== undefined && { field }),
    ...(requirement !== undefined && { requirement }),
  };
}

/** How an `Authorize` call shows in the journal. */
export function describeAuthorize(handover: Handover, outcome: AuthorizeResponse | Refused): Description {
  if ("reason" in outcome) {
    return { rpc: AUTHORIZE, parts: describeParts(handover, undefined), ...describeRefusal(outcome) };
  }
  const completed = outcome.outcome === AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED;
  return { rpc: AUTHORIZE, parts: describeParts(handover, outcome), outcome: completed ? "COMPLETED" : "MAC_MISMATCH" };
}

/** How a `GenerateMac` call shows in the journal. */
export function describeGenerateMac(key: SwitchKey, outcome: GenerateMacResponse | Refused): Description {
  if ("reason" in outcome) {
    return {
      rpc: GENERATE_MAC,
      parts: [{ what: "generate MAC", keys: [keyUse(key, undefined)] }],
      ...describeRefusal(outcome),
    };
  }
  return { rpc: GENERATE_MAC, parts: [{ what: "generate MAC", keys: [keyUse(key, outcome.key)] }], outcome: "OK" };
}

/** How a `TranslatePin` call shows in the journal. */
export function describeTranslatePin(translation: PinTranslation, outcome: TranslatePinResponse | Refused): Description {
  if ("reason" in outcome) {
    return { rpc: TRANSLATE_PIN, parts: [describeTranslation(translation, undefined)], ...describeRefusal(outcome) };
  }
  return { rpc: TRANSLATE_PIN, parts: [describeTranslation(translation, outcome)], outcome: "COMPLETED" };
}

/** How a whole stream shows in the journal: by the first of its answers that did not complete, else by its first. */
export function describeStream(
  handovers: readonly Handover[],
  { answers, milliseconds }: StreamRun,
): Omit<CallEvent, "kind" | "by"> {
  const described = answers.flatMap(({ index, outcome }) => {
    const handover = handovers[index];
    return handover === undefined ? [] : [describeAuthorize(handover, outcome)];
  });
  const telling = described.find(({ outcome }) => outcome !== "COMPLETED") ?? described[0];
  return { ...(telling ?? { parts: [], outcome: "NO_ANSWER" }), rpc: AUTHORIZE_STREAM, milliseconds };
}
