import { Refusal } from "../base/index.js";
import { isRegisterHead } from "../keyblock/index.js";
import { admitAuthorize } from "./admission-authorize.js";
import { type AdmissionContext, admitEnvironment, type HeaderOf } from "./admission-key.js";
import { admitExportKeyBlock, admitImportKeyBlock } from "./admission-key-block.js";
import { admitMac } from "./admission-mac.js";
import { admitTranslatePin } from "./admission-pin.js";
import { admitDeriveInitialKey, admitGenerateSessionKeys } from "./admission-terminal.js";
import { admitVerifyPin } from "./admission-verify-pin.js";
import { type EngineCommand, MAX_SEALS } from "./commands/command.js";

export type { AdmissionContext, HeaderOf } from "./admission-key.js";

/** SHA-256. */
const DIGEST_LENGTH = 32;

/**
 * Every rule about a command that needs no token: form of the request, translation matrix, usage, mode of use, algorithm, environment and
 * validity of the keys, KSN, lengths. The front asks it with headers nobody has authenticated yet, to answer early and precisely; the
 * engine asks it again with authenticated headers, and that answer counts.
 * @throws Refusal with the field's path in the schema; nothing of the request is in it
 */
export function admitCommand(command: EngineCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  switch (command.kind) {
    case "translatePin":
      admitTranslatePin(command, headerOf, context, "");
      break;
    case "generateMac":
    case "verifyMac":
      admitMac(command, headerOf, context, "");
      break;
    case "authorize":
      admitAuthorize(command, headerOf, context);
      break;
    case "verifyPin":
      admitVerifyPin(command, headerOf, context);
      break;
    case "importKeyBlock":
      admitImportKeyBlock(command, headerOf, context);
      break;
    case "exportKeyBlock":
      admitExportKeyBlock(command, headerOf, context);
      break;
    case "generateSessionKeys":
      admitGenerateSessionKeys(command, headerOf, context);
      break;
    case "deriveInitialKey":
      admitDeriveInitialKey(command, headerOf, context);
      break;
    case "openSealedKey":
      admitEnvironment(headerOf({ sealedKey: command.sealedKey }), "key", context);
      break;
    case "signCheckpoint":
      if (command.digest.length !== DIGEST_LENGTH) throw new Refusal("REQUEST_INVALID", { field: "digest" });
      break;
    case "sealRegisterHead":
      if (!isRegisterHead(command.head)) throw new Refusal("REQUEST_INVALID", { field: "head" });
      break;
    case "verifySeals":
      if (command.sealedKeys.length > MAX_SEALS) throw new Refusal("REQUEST_INVALID", { field: "sealed_keys" });
      break;
    case "probe":
      break;
  }
}
