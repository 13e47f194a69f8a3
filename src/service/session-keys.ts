import type { GenerateSessionKeysCommand } from "../engine/commands/command.js";
import { type KeyHeader, type KeyHeaderDraft, signOnKeyLengths } from "../keyblock/index.js";
import type { MacParameters } from "../mac/index.js";
import type { KeyRegister } from "../store/index.js";
import type { SignOnDelivery } from "./parse/index.js";

/** What the keys of a sign-on are. */
export type SessionKeyDrafts = GenerateSessionKeysCommand["drafts"];

/** A key of a sign-on but for its name, version, owner and environment. */
type SessionKeyKind = Pick<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "modeOfUse" | "mac">;

interface SessionKeyKinds {
  readonly pin: SessionKeyKind;
  readonly mac: SessionKeyKind;
  readonly data?: SessionKeyKind;
}

const KEY_BLOCK_KEY_LENGTH = 16;
const UNION_PAY_MAC: MacParameters = { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 };
const RETAIL_MAC: MacParameters = { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 };
const CMAC: MacParameters = { scheme: "CMAC", paddingMethod: 0, length: 8 };

function cipherKind(usage: "P0" | "D0", algorithm: "TDES" | "AES", keyLength: number): SessionKeyKind {
  return { usage, algorithm, keyLength, modeOfUse: "B" };
}

function kindsOf(delivery: SignOnDelivery): SessionKeyKinds {
  if (delivery.kind === "unionPay") {
    const { pin = 0, mac: macLength = 0, data } = signOnKeyLengths(delivery.layout);
    const mac: SessionKeyKind = { usage: "M1", algorithm: "DES", keyLength: macLength, modeOfUse: "C", mac: UNION_PAY_MAC };
    return { pin: cipherKind("P0", "TDES", pin), mac, ...(data && { data: cipherKind("D0", "TDES", data) }) };
  }
  const { algorithm, withDataKey } = delivery;
  const usage = algorithm === "AES" ? { usage: "M6" as const, mac: CMAC } : { usage: "M3" as const, mac: RETAIL_MAC };
  return {
    pin: cipherKind("P0", algorithm, KEY_BLOCK_KEY_LENGTH),
    mac: { algorithm, keyLength: KEY_BLOCK_KEY_LENGTH, modeOfUse: "C", ...usage },
    ...(withDataKey && { data: cipherKind("D0", algorithm, KEY_BLOCK_KEY_LENGTH) }),
  };
}

/**
 * The drafts of a terminal's session keys, each with the version that its name gets next. They are the owner's of the terminal master
 * key, serve where it serves, and never leave again.
 */
export async function draftSessionKeys(
  delivery: SignOnDelivery,
  namePrefix: string,
  terminalMasterKey: Pick<KeyHeader, "owner" | "environment">,
  register: KeyRegister,
): Promise<SessionKeyDrafts> {
  const draft = async (slot: "pin" | "mac" | "data", kind: SessionKeyKind): Promise<KeyHeaderDraft> => {
    const name = `${namePrefix}/${slot}`;
    const { owner, environment } = terminalMasterKey;
    return {
      name,
      version: await register.nextVersion(name),
      exportability: "N",
      environment,
      owner,
      sessionKey: true,
      ...kind,
    };
  };
  const { pin, mac, data } = kindsOf(delivery);
  return {
    pin: await draft("pin", pin),
    mac: await draft("mac", mac),
    ...(data && { data: await draft("data", data) }),
  };
}
