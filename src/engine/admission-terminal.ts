import { Refusal } from "../base/index.js";
import {
  checkKeyEncryptionStrength,
  checkKeyHeaderDraft,
  type KeyHeader,
  type KeyHeaderDraft,
  type KeyUsage,
  signOnKeyLengths,
} from "../keyblock/index.js";
import { type AdmissionContext, admitEnvironment, admitKeyWithoutKsn, type HeaderOf, type KeyDemand } from "./admission-key.js";
import { admitSealingKey } from "./admission-key-block.js";
import type { DeriveInitialKeyCommand, GenerateSessionKeysCommand } from "./commands/command.js";
import { readInitialKeyId } from "./initial-key-id.js";

const MASTER_KEY: KeyDemand = { usages: ["K0"], modes: ["B", "E"] };
const BDK: KeyDemand = { usages: ["B0"], modes: ["X"] };
const MASTER_KEY_FIELD = "terminal_master_key";

type SessionKeyName = keyof GenerateSessionKeysCommand["drafts"];
type DeliveryKind = GenerateSessionKeysCommand["delivery"]["kind"];

/** What each session key may be, by the way it is delivered. */
const SESSION_KEY_USAGES: Readonly<Record<DeliveryKind, Readonly<Record<SessionKeyName, readonly KeyUsage[]>>>> = {
  unionPay: { pin: ["P0"], mac: ["M1"], data: ["D0"] },
  keyBlocks: { pin: ["P0"], mac: ["M3", "M6"], data: ["D0"] },
};

/** Terminals of UnionPay do TDES. */
function admitMasterKey(command: GenerateSessionKeysCommand, headerOf: HeaderOf, context: AdmissionContext): KeyHeader {
  const key = command.terminalMasterKey;
  if (command.delivery.kind === "keyBlocks") return admitSealingKey(key, headerOf, context, MASTER_KEY_FIELD);
  const header = headerOf(key);
  admitKeyWithoutKsn(key, header, MASTER_KEY, MASTER_KEY_FIELD, context);
  if (header.algorithm !== "TDES") throw new Refusal("KEY_ALGORITHM_MISMATCH", { field: MASTER_KEY_FIELD });
  return header;
}

function admitSessionKey(
  name: SessionKeyName,
  draft: KeyHeaderDraft,
  command: GenerateSessionKeysCommand,
  context: AdmissionContext,
): void {
  admitEnvironment(draft, "environment", context);
  checkKeyHeaderDraft(draft);
  if (!SESSION_KEY_USAGES[command.delivery.kind][name].includes(draft.usage)) {
    throw new Refusal("KEY_MATERIAL_INVALID", { field: "usage" });
  }
}

/** Exactly the keys of the layout, each as long as its place. */
function admitLayout({ delivery, drafts }: GenerateSessionKeysCommand): void {
  if (delivery.kind !== "unionPay") return;
  const lengths = signOnKeyLengths(delivery.layout);
  const names = ["pin", "mac", "data"] as const;
  if (names.some((name) => drafts[name]?.keyLength !== lengths[name]))
    throw new Refusal("REQUEST_INVALID", { field: "layout" });
}

/** Admits session keys to be made: the terminal master key, each key's draft, and that none is stronger than what enciphers it. */
export function admitGenerateSessionKeys(
  command: GenerateSessionKeysCommand,
  headerOf: HeaderOf,
  context: AdmissionContext,
): void {
  admitLayout(command);
  const masterKey = admitMasterKey(command, headerOf, context);
  const { pin, mac, data } = command.drafts;
  for (const [name, draft] of [
    ["pin", pin],
    ["mac", mac],
    ["data", data],
  ] as const) {
    if (draft === undefined) continue;
    admitSessionKey(name, draft, command, context);
    checkKeyEncryptionStrength(masterKey, draft);
  }
}

/** Admits an initial key to be derived: the BDK, the device's id, and a protection key at least as strong as the initial key. */
export function admitDeriveInitialKey(command: DeriveInitialKeyCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  const { bdk, initialKeyId, keyEncryptionKey } = command;
  const header = headerOf(bdk);
  admitKeyWithoutKsn(bdk, header, BDK, "bdk", context);
  readInitialKeyId(header, initialKeyId);
  // The initial key is of the BDK's own algorithm and length, with TDES as with AES.
  checkKeyEncryptionStrength(admitSealingKey(keyEncryptionKey, headerOf, context, "key_encryption_key"), header);
}
