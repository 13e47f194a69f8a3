import { Refusal } from "../../base/index.js";
import type { CommandKey, DeriveInitialKeyCommand } from "../../engine/commands/command.js";
import { type DeriveInitialKeyRequest, type SignOnRequest, SignOnLayout as WireLayout } from "../../gen/pinmac/v1/terminal.js";
import { isKeyName, type SignOnLayout, signOnKeyLengths } from "../../keyblock/index.js";
import type { RequestKeys } from "../request-keys.js";
import { type Custody, parseCustody } from "./custody.js";
import { parseKeyChoice } from "./key-choice.js";

/** How session keys are delivered, and what they are where the layout does not fix it. */
export type SignOnDelivery =
  | { readonly kind: "unionPay"; readonly layout: SignOnLayout }
  | { readonly kind: "keyBlocks"; readonly algorithm: "TDES" | "AES"; readonly withDataKey: boolean };

/** A sign-on, read and with its terminal master key found. */
export interface ParsedSignOn {
  readonly terminalMasterKey: CommandKey;
  readonly delivery: SignOnDelivery;
  readonly namePrefix: string;
  readonly custody: Custody;
}

/** Layout 24 is not here: see `refuseSingleLength`. */
const UNION_PAY_LAYOUTS: ReadonlyMap<number, SignOnLayout> = new Map<number, SignOnLayout>([
  [WireLayout.SIGN_ON_LAYOUT_UNIONPAY_40, 40],
  [WireLayout.SIGN_ON_LAYOUT_UNIONPAY_56, 56],
  [WireLayout.SIGN_ON_LAYOUT_UNIONPAY_60, 60],
  [WireLayout.SIGN_ON_LAYOUT_UNIONPAY_84, 84],
]);

const ALGORITHMS: ReadonlyMap<string, "TDES" | "AES"> = new Map([
  ["", "TDES"],
  ["TDES", "TDES"],
  ["AES", "AES"],
] as const);

/** The longest of what follows a prefix. */
const LONGEST_NAME = "/data";

/**
 * Reads a sign-on. Everything is read before the key is looked up.
 * @throws Refusal REQUEST_INVALID, OPERATION_DISABLED for layout 24, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseSignOn(request: SignOnRequest, keys: RequestKeys): Promise<ParsedSignOn> {
  const delivery = parseDelivery(request);
  const namePrefix = parseNamePrefix(request.namePrefix);
  const custody = parseCustody(request.custody);
  const choice = parseKeyChoice(request.terminalMasterKey, "terminal_master_key");
  keys.permit("signOn", { terminalMasterKey: choice, sessionKeys: sessionKeyNames(namePrefix, delivery) });
  return { terminalMasterKey: await keys.take(choice), delivery, namePrefix, custody };
}

/**
 * The command for an initial key. BDK and device are judged together, with the command.
 * @throws Refusal REQUEST_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseDeriveInitialKey(
  request: DeriveInitialKeyRequest,
  keys: RequestKeys,
): Promise<DeriveInitialKeyCommand> {
  const bdk = parseKeyChoice(request.bdk, "bdk");
  const wrapping = parseKeyChoice(request.keyEncryptionKey, "key_encryption_key");
  keys.permit("deriveInitialKey", { bdk, protection: wrapping });
  return {
    kind: "deriveInitialKey",
    bdk: await keys.take(bdk),
    initialKeyId: request.initialKeyId,
    keyEncryptionKey: await keys.take(wrapping),
  };
}

/** Which keys a sign-on makes. */
function sessionKeyNames(prefix: string, delivery: SignOnDelivery): readonly string[] {
  const hasData = delivery.kind === "unionPay" ? signOnKeyLengths(delivery.layout).data !== undefined : delivery.withDataKey;
  return [`${prefix}/pin`, `${prefix}/mac`, ...(hasData ? [`${prefix}/data`] : [])];
}

function parseDelivery(request: SignOnRequest): SignOnDelivery {
  refuseSingleLength(request);
  if (request.layout === WireLayout.SIGN_ON_LAYOUT_KEY_BLOCKS) {
    const algorithm = ALGORITHMS.get(request.algorithm);
    if (algorithm === undefined) throw new Refusal("REQUEST_INVALID", { field: "algorithm" });
    return { kind: "keyBlocks", algorithm, withDataKey: request.withDataKey };
  }
  const layout = UNION_PAY_LAYOUTS.get(request.layout);
  if (layout === undefined) throw new Refusal("REQUEST_INVALID", { field: "layout" });
  if (request.algorithm !== "") throw new Refusal("REQUEST_INVALID", { field: "algorithm" });
  if (request.withDataKey) throw new Refusal("REQUEST_INVALID", { field: "with_data_key" });
  return { kind: "unionPay", layout };
}

/** A terminal of layout 24 enciphers PINs with single DES, and a translation would have to work under that key (PCI PIN, requirement 2). */
function refuseSingleLength({ layout }: SignOnRequest): void {
  if (layout !== WireLayout.SIGN_ON_LAYOUT_UNIONPAY_24) return;
  throw new Refusal("OPERATION_DISABLED", { field: "layout", requirement: "PCI PIN 2" });
}

function parseNamePrefix(prefix: string): string {
  if (isKeyName(prefix) && isKeyName(prefix + LONGEST_NAME)) return prefix;
  throw new Refusal("REQUEST_INVALID", { field: "name_prefix" });
}
