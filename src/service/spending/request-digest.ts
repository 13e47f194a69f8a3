import type { SecretBytes } from "../../base/index.js";
import type { HeaderOf } from "../../engine/admission.js";
import type {
  AuthorizeCommand,
  CommandKey,
  TranslatePinCommand,
  VerifyMacCommand,
  VerifyPinCommand,
} from "../../engine/commands/command.js";
import { budgetKey } from "../../store/budgets/index.js";
import { ksnBytesOf } from "./device-ksn.js";

/** The commands that can spend a KSN. */
export type SpendingCommand = TranslatePinCommand | VerifyPinCommand | VerifyMacCommand | AuthorizeCommand;

/** Parts of a digest. Every step has a fixed number of them, after its name. */
type Parts = readonly (string | Buffer)[];

/**
 * The digest of all that an identical retry of a request has again: caller, method, key versions, KSNs and every field. Keyed, because it
 * is stored and a PAN can be found by trying.
 * @returns 32 bytes
 */
export function requestDigest(secret: SecretBytes, caller: string, command: SpendingCommand, headerOf: HeaderOf): Buffer {
  return budgetKey(secret, "request", caller, command.kind, ...partsOf(command, headerOf));
}

function partsOf(command: SpendingCommand, headerOf: HeaderOf): Parts {
  switch (command.kind) {
    case "verifyMac":
      return macParts(command, headerOf);
    case "translatePin":
      return translationParts(command, headerOf);
    case "verifyPin":
      return [...sourceParts(command.source, headerOf), command.pan, ...methodParts(command.method, headerOf)];
    case "authorize":
      return authorizeParts(command, headerOf);
  }
}

function authorizeParts({ verifyMac, translatePin, generateMac }: AuthorizeCommand, headerOf: HeaderOf): Parts {
  return [
    ...(verifyMac === undefined ? [] : ["verifyMac", ...macParts(verifyMac, headerOf)]),
    ...(translatePin === undefined ? [] : ["translatePin", ...translationParts(translatePin, headerOf)]),
    ...(generateMac === undefined ? [] : ["generateMac", ...outboundParts(generateMac, headerOf)]),
  ];
}

function keyParts(key: CommandKey, headerOf: HeaderOf): Parts {
  const header = headerOf(key);
  return [header.id, ksnBytesOf(key, header)];
}

function macParts({ key, message, mac }: VerifyMacCommand, headerOf: HeaderOf): Parts {
  return [...keyParts(key, headerOf), message, mac];
}

function outboundParts({ key, message, placement }: NonNullable<AuthorizeCommand["generateMac"]>, headerOf: HeaderOf): Parts {
  const place = placement === undefined ? "" : `${placement.encoding}@${placement.offset}`;
  return [...keyParts(key, headerOf), message, place];
}

function sourceParts({ key, format, pinBlock }: TranslatePinCommand["source"], headerOf: HeaderOf): Parts {
  return [...keyParts(key, headerOf), String(format), pinBlock];
}

function translationParts({ source, target, pan }: TranslatePinCommand, headerOf: HeaderOf): Parts {
  return [...sourceParts(source, headerOf), ...keyParts(target.key, headerOf), String(target.format), pan];
}

function methodParts(method: VerifyPinCommand["method"], headerOf: HeaderOf): Parts {
  const reference = method.kind === "visaPvv" ? [String(method.pvki), method.pvv] : [method.offset];
  return [method.kind, ...keyParts(method.key, headerOf), ...reference];
}
