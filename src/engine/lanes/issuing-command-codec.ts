import type {
  GenerateSessionKeysCommand as FramedGenerateSessionKeys,
  VerifyPinCommand as FramedVerifyPin,
  LaneCommand,
} from "../../gen/pinmac/engine/v1/lane.js";
import { readDraft, readRemainder, writeDraft, writeRemainder } from "../../keyblock/header-codec.js";
import { SIGN_ON_LAYOUTS } from "../../keyblock/sign-on/index.js";
import { parsePan } from "../../pin/pan.js";
import type {
  DeriveInitialKeyCommand,
  ExportKeyBlockCommand,
  GenerateSessionKeysCommand,
  ImportKeyBlockCommand,
  VerifyPinCommand,
} from "../commands/command.js";
import { LaneProtocolError } from "./frames.js";
import { decodeDraft, decodeFormat, decodeKey, encodeKey, keyLength } from "./operand-codec.js";

/** The commands that verify PINs or give and take keys: what issuers and terminal managers ask for. */
export type IssuingCommand =
  | VerifyPinCommand
  | ImportKeyBlockCommand
  | ExportKeyBlockCommand
  | GenerateSessionKeysCommand
  | DeriveInitialKeyCommand;

type FramedIssuingCommand = Extract<NonNullable<LaneCommand["command"]>, { readonly $case: IssuingCommand["kind"] }>;

/** As it stands in a frame. */
export function encodeIssuingCommand(command: IssuingCommand): FramedIssuingCommand {
  switch (command.kind) {
    case "verifyPin":
      return { $case: "verifyPin", value: encodeVerifyPin(command) };
    case "importKeyBlock": {
      const keyEncryptionKey = encodeKey(command.keyEncryptionKey);
      return {
        $case: "importKeyBlock",
        value: { keyBlock: command.keyBlock, keyEncryptionKey, draft: writeRemainder(command.draft) },
      };
    }
    case "exportKeyBlock": {
      const keyEncryptionKey = encodeKey(command.keyEncryptionKey);
      return { $case: "exportKeyBlock", value: { key: encodeKey(command.key), keyEncryptionKey } };
    }
    case "generateSessionKeys":
      return { $case: "generateSessionKeys", value: encodeGenerateSessionKeys(command) };
    case "deriveInitialKey": {
      const keyEncryptionKey = encodeKey(command.keyEncryptionKey);
      const { initialKeyId } = command;
      return { $case: "deriveInitialKey", value: { bdk: encodeKey(command.bdk), initialKeyId, keyEncryptionKey } };
    }
  }
}

/** The command of a frame. @throws LaneProtocolError; Refusal PAN_INVALID, PIN_BLOCK_FORMAT_INVALID */
export function decodeIssuingCommand(framed: FramedIssuingCommand): IssuingCommand {
  switch (framed.$case) {
    case "verifyPin":
      return decodeVerifyPin(framed.value);
    case "importKeyBlock":
      return {
        kind: "importKeyBlock",
        keyBlock: framed.value.keyBlock,
        keyEncryptionKey: decodeKey(framed.value.keyEncryptionKey),
        draft: decodeDraft(framed.value.draft, readRemainder),
      };
    case "exportKeyBlock":
      return {
        kind: "exportKeyBlock",
        key: decodeKey(framed.value.key),
        keyEncryptionKey: decodeKey(framed.value.keyEncryptionKey),
      };
    case "generateSessionKeys":
      return decodeGenerateSessionKeys(framed.value);
    case "deriveInitialKey":
      return {
        kind: "deriveInitialKey",
        bdk: decodeKey(framed.value.bdk),
        initialKeyId: framed.value.initialKeyId,
        keyEncryptionKey: decodeKey(framed.value.keyEncryptionKey),
      };
  }
}

function encodeMethod(method: VerifyPinCommand["method"]): FramedVerifyPin["method"] {
  const key = encodeKey(method.key);
  return method.kind === "visaPvv"
    ? { $case: "visaPvv", value: { key, pvki: method.pvki, pvv: method.pvv } }
    : { $case: "ibm3624", value: { key, offset: method.offset } };
}

function decodeMethod(framed: FramedVerifyPin["method"]): VerifyPinCommand["method"] {
  if (framed === undefined) throw new LaneProtocolError("A PIN verification has no method.");
  const key = decodeKey(framed.value.key);
  return framed.$case === "visaPvv"
    ? { kind: "visaPvv", key, pvki: framed.value.pvki, pvv: framed.value.pvv }
    : { kind: "ibm3624", key, offset: framed.value.offset };
}

function encodeVerifyPin({ source, pan, method }: VerifyPinCommand): FramedVerifyPin {
  return {
    sourceKey: encodeKey(source.key),
    sourceFormat: source.format,
    pinBlock: source.pinBlock,
    pan,
    method: encodeMethod(method),
  };
}

function decodeVerifyPin(framed: FramedVerifyPin): VerifyPinCommand {
  return {
    kind: "verifyPin",
    source: {
      key: decodeKey(framed.sourceKey),
      format: decodeFormat(framed.sourceFormat, "source.format"),
      pinBlock: framed.pinBlock,
    },
    pan: parsePan(framed.pan),
    method: decodeMethod(framed.method),
  };
}

/** No layout has this length: it stands for key blocks. */
const KEY_BLOCKS = 0;

function encodeGenerateSessionKeys(command: GenerateSessionKeysCommand): FramedGenerateSessionKeys {
  const { delivery, drafts } = command;
  return {
    terminalMasterKey: encodeKey(command.terminalMasterKey),
    unionPayLayout: delivery.kind === "unionPay" ? delivery.layout : KEY_BLOCKS,
    pin: writeDraft(drafts.pin),
    mac: writeDraft(drafts.mac),
    data: drafts.data && writeDraft(drafts.data),
  };
}

function decodeDelivery(unionPayLayout: number): GenerateSessionKeysCommand["delivery"] {
  if (unionPayLayout === KEY_BLOCKS) return { kind: "keyBlocks" };
  const layout = SIGN_ON_LAYOUTS.find((known) => known === unionPayLayout);
  if (layout === undefined) throw new LaneProtocolError("There is no such sign-on layout.");
  return { kind: "unionPay", layout };
}

function decodeGenerateSessionKeys(framed: FramedGenerateSessionKeys): GenerateSessionKeysCommand {
  return {
    kind: "generateSessionKeys",
    terminalMasterKey: decodeKey(framed.terminalMasterKey),
    delivery: decodeDelivery(framed.unionPayLayout),
    drafts: {
      pin: decodeDraft(framed.pin, readDraft),
      mac: decodeDraft(framed.mac, readDraft),
      ...(framed.data && { data: decodeDraft(framed.data, readDraft) }),
    },
  };
}

/** More than a draft takes: names, owner and parameters are bounded. */
const DRAFT_LENGTH = 1024;

/** How many bytes the command's operands take in a frame, at the most. */
export function issuingCommandLength(command: IssuingCommand): number {
  switch (command.kind) {
    case "verifyPin":
      return keyLength(command.source.key) + command.source.pinBlock.length + keyLength(command.method.key);
    case "importKeyBlock":
      return command.keyBlock.length + keyLength(command.keyEncryptionKey) + DRAFT_LENGTH;
    case "exportKeyBlock":
      return keyLength(command.key) + keyLength(command.keyEncryptionKey);
    case "generateSessionKeys":
      return keyLength(command.terminalMasterKey) + 3 * DRAFT_LENGTH;
    case "deriveInitialKey":
      return keyLength(command.bdk) + command.initialKeyId.length + keyLength(command.keyEncryptionKey);
  }
}
