import type {
  GenerateMacCommand as FramedGenerateMac,
  TranslatePinCommand as FramedTranslatePin,
  VerifyMacCommand as FramedVerifyMac,
  LaneCommand,
} from "../../gen/pinmac/engine/v1/lane.js";
import { parsePan } from "../../pin/pan.js";
import type {
  AuthorizeCommand,
  EngineCommand,
  GenerateMacCommand,
  TranslatePinCommand,
  VerifyMacCommand,
} from "../commands/command.js";
import { LaneProtocolError } from "./frames.js";
import { decodeIssuingCommand, encodeIssuingCommand, issuingCommandLength } from "./issuing-command-codec.js";
import { decodeFormat, decodeKey, encodeKey, keyLength } from "./operand-codec.js";

type FramedCommand = NonNullable<LaneCommand["command"]>;
type GenerateMacStep = NonNullable<AuthorizeCommand["generateMac"]>;

/** A command as it stands in a frame, under the number that its outcome will carry. */
export function encodeCommand(id: number, command: EngineCommand): LaneCommand {
  return { id, command: encodeBody(command) };
}

/**
 * The command of a frame.
 * @throws LaneProtocolError when a part is missing; Refusal PAN_INVALID, PIN_BLOCK_FORMAT_INVALID
 */
export function decodeCommand(framed: LaneCommand): EngineCommand {
  const body = framed.command;
  switch (body?.$case) {
    case "translatePin":
      return decodeTranslatePin(body.value);
    case "generateMac":
      return decodeGenerateMac(body.value);
    case "verifyMac":
      return decodeVerifyMac(body.value);
    case "authorize": {
      const { verifyMac, translatePin, generateMac } = body.value;
      return {
        kind: "authorize",
        ...(verifyMac && { verifyMac: decodeVerifyMac(verifyMac) }),
        ...(translatePin && { translatePin: decodeTranslatePin(translatePin) }),
        ...(generateMac && { generateMac: decodeGenerateMacStep(generateMac) }),
      };
    }
    case "openSealedKey":
      return { kind: "openSealedKey", sealedKey: body.value.sealedKey };
    case "signCheckpoint":
      return { kind: "signCheckpoint", digest: body.value.digest };
    case "sealRegisterHead":
      return { kind: "sealRegisterHead", head: { ...body.value, seq: Number(body.value.seq) } };
    case "verifySeals":
      return { kind: "verifySeals", sealedKeys: body.value.sealedKeys };
    case "probe":
      return { kind: "probe" };
    case "verifyPin":
    case "importKeyBlock":
    case "exportKeyBlock":
    case "generateSessionKeys":
    case "deriveInitialKey":
      return decodeIssuingCommand(body);
    default:
      throw new LaneProtocolError("A command has no body.");
  }
}

function encodeBody(command: EngineCommand): FramedCommand {
  switch (command.kind) {
    case "translatePin":
      return { $case: "translatePin", value: encodeTranslatePin(command) };
    case "generateMac":
      return { $case: "generateMac", value: encodeGenerateMac(command) };
    case "verifyMac":
      return { $case: "verifyMac", value: encodeVerifyMac(command) };
    case "authorize":
      return {
        $case: "authorize",
        value: {
          verifyMac: command.verifyMac && encodeVerifyMac(command.verifyMac),
          translatePin: command.translatePin && encodeTranslatePin(command.translatePin),
          generateMac: command.generateMac && encodeGenerateMac(command.generateMac),
        },
      };
    case "openSealedKey":
      return { $case: "openSealedKey", value: { sealedKey: command.sealedKey } };
    case "signCheckpoint":
      return { $case: "signCheckpoint", value: { digest: command.digest } };
    case "sealRegisterHead":
      return { $case: "sealRegisterHead", value: { ...command.head, seq: BigInt(command.head.seq) } };
    case "verifySeals":
      return { $case: "verifySeals", value: { sealedKeys: command.sealedKeys } };
    case "probe":
      return { $case: "probe", value: {} };
    default:
      return encodeIssuingCommand(command);
  }
}

function encodeTranslatePin(command: TranslatePinCommand): FramedTranslatePin {
  return {
    sourceKey: encodeKey(command.source.key),
    sourceFormat: command.source.format,
    pinBlock: command.source.pinBlock,
    targetKey: encodeKey(command.target.key),
    targetFormat: command.target.format,
    pan: command.pan,
  };
}

function decodeTranslatePin(framed: FramedTranslatePin): TranslatePinCommand {
  return {
    kind: "translatePin",
    source: {
      key: decodeKey(framed.sourceKey),
      format: decodeFormat(framed.sourceFormat, "source.format"),
      pinBlock: framed.pinBlock,
    },
    target: { key: decodeKey(framed.targetKey), format: decodeFormat(framed.targetFormat, "target.format") },
    pan: parsePan(framed.pan),
  };
}

function encodeGenerateMac(command: GenerateMacStep): FramedGenerateMac {
  const { placement } = command;
  return {
    key: encodeKey(command.key),
    message: command.message,
    placement: placement && { offset: placement.offset, hex: placement.encoding === "hex" },
  };
}

function decodeGenerateMac(framed: FramedGenerateMac): GenerateMacCommand {
  return { kind: "generateMac", key: decodeKey(framed.key), message: framed.message };
}

function decodeGenerateMacStep(framed: FramedGenerateMac): GenerateMacStep {
  const command = decodeGenerateMac(framed);
  if (framed.placement === undefined) return command;
  return { ...command, placement: { offset: framed.placement.offset, encoding: framed.placement.hex ? "hex" : "binary" } };
}

function encodeVerifyMac(command: VerifyMacCommand): FramedVerifyMac {
  return { key: encodeKey(command.key), message: command.message, mac: command.mac };
}

function decodeVerifyMac(framed: FramedVerifyMac): VerifyMacCommand {
  return { kind: "verifyMac", key: decodeKey(framed.key), message: framed.message, mac: framed.mac };
}

/** The longest command, in bytes: two messages of 64 KiB, their keys, and plenty. */
export const MAX_COMMAND_LENGTH = 512 * 1024;

/** How many bytes the command's operands take in a frame. */
export function commandLength(command: EngineCommand): number {
  switch (command.kind) {
    case "translatePin":
      return keyLength(command.source.key) + command.source.pinBlock.length + keyLength(command.target.key);
    case "generateMac":
      return keyLength(command.key) + command.message.length;
    case "verifyMac":
      return keyLength(command.key) + command.message.length + command.mac.length;
    case "authorize":
      return [command.verifyMac, command.translatePin, command.generateMac].reduce(
        (length, step) => (step === undefined ? length : length + commandLength(step)),
        0,
      );
    case "openSealedKey":
      return command.sealedKey.length;
    case "signCheckpoint":
      return command.digest.length;
    case "sealRegisterHead":
      return command.head.registerId.length + command.head.hash.length;
    case "verifySeals":
      return command.sealedKeys.reduce((length, sealedKey) => length + sealedKey.length, 0);
    case "probe":
      return 0;
    default:
      return issuingCommandLength(command);
  }
}
