import { Refusal } from "../../base/index.js";
import { DUKPT_KEY_TYPES, type DukptKeyType } from "../../dukpt/index.js";
import type { KeyBlockDraft } from "../../engine/commands/command.js";
import type { Timestamp } from "../../gen/google/protobuf/timestamp.js";
import type { KeyParameters, MacParameters as WireMac } from "../../gen/pinmac/v1/key.js";
import { isKeyName } from "../../keyblock/index.js";
import { MAC_SCHEMES, type MacParameters } from "../../mac/index.js";
import { type FieldPath, fieldAt, requireMessage } from "./field-path.js";

/** What a request says of a key that comes in a key block; version and environment are the service's. */
export type ParsedKeyParameters = Omit<KeyBlockDraft, "version" | "environment">;

const PADDING_METHODS = [0, 1, 2] as const;

/**
 * Takes the parameters at `field`. Whether they fit the key is judged when it is known.
 * @throws Refusal REQUEST_INVALID
 */
export function parseKeyParameters(message: KeyParameters | undefined, field: FieldPath): ParsedKeyParameters {
  const parameters = requireMessage(message, field);
  const { name, owner, notBefore, notAfter, mac } = parameters;
  if (!isKeyName(name)) throw new Refusal("REQUEST_INVALID", { field: fieldAt(field, "name") });
  return {
    name,
    owner,
    ...(notBefore && { notBefore: parseTime(notBefore, fieldAt(field, "not_before")) }),
    ...(notAfter && { notAfter: parseTime(notAfter, fieldAt(field, "not_after")) }),
    ...(mac && { mac: parseMacParameters(mac, fieldAt(field, "mac")) }),
    ...parseWorkingKeys(parameters, field),
  };
}

/** Whole seconds from 1970 on; the last that a key header can hold is for the header's own check. */
function parseTime({ seconds, nanos }: Timestamp, field: FieldPath): number {
  const time = Number(seconds);
  if (nanos !== 0 || !Number.isSafeInteger(time) || time < 0) throw new Refusal("REQUEST_INVALID", { field });
  return time;
}

function parseMacParameters({ scheme, paddingMethod, length }: WireMac, field: FieldPath): MacParameters {
  return {
    scheme: oneOf(MAC_SCHEMES, scheme, fieldAt(field, "scheme")),
    paddingMethod: oneOf(PADDING_METHODS, paddingMethod, fieldAt(field, "padding_method")),
    length,
  };
}

function parseWorkingKeys(
  { dukptPinKey, dukptMacKey }: KeyParameters,
  field: FieldPath,
): Pick<KeyBlockDraft, "dukptWorkingKeys"> {
  const pin = parseKeyType(dukptPinKey, fieldAt(field, "dukpt_pin_key"));
  const mac = parseKeyType(dukptMacKey, fieldAt(field, "dukpt_mac_key"));
  if (pin === undefined && mac === undefined) return {};
  return { dukptWorkingKeys: { ...(pin && { pin }), ...(mac && { mac }) } };
}

function parseKeyType(text: string, field: FieldPath): DukptKeyType | undefined {
  return text === "" ? undefined : oneOf(DUKPT_KEY_TYPES, text, field);
}

function oneOf<T extends string | number>(known: readonly T[], value: string | number, field: FieldPath): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new Refusal("REQUEST_INVALID", { field });
  return found;
}
