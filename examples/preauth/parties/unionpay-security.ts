import { computeUnionPayMac, encryptTdes } from "../crypto/index.js";
import { DIALECTS, type Fields } from "../messages/index.js";
import { clearPinBlock } from "./clear-pin-block.js";
import type { TerminalSecurity, TransactionKind } from "./terminal-session.js";

/** The session keys that a sign-on gave to a UnionPay terminal. */
export interface UnionPaySessionKeys {
  /** PIK, 16 bytes. */
  readonly pinKey: Buffer;
  /** MAK, 8 bytes. */
  readonly macKey: Buffer;
}

/** Field 53: PIN format X9.8 with PAN (2), double-length PIN key (6). */
const PIN_SECURITY = "2600000000000000";

/** Field 60: transaction type, batch, network management code 000. */
const TRANSACTION_TYPES: Readonly<Record<TransactionKind, string>> = { "pre-authorization": "10", completion: "20" };

function announce(kind: TransactionKind): Fields {
  const type = { 60: `${TRANSACTION_TYPES[kind]}000001000` };
  return kind === "pre-authorization" ? { 53: PIN_SECURITY, ...type } : type;
}

/** The secure part of a UnionPay terminal: one PIN key and one MAC key for all transactions until the next sign-on. */
export function unionPaySecurity({ pinKey, macKey }: UnionPaySessionKeys): TerminalSecurity {
  return {
    dialect: DIALECTS.unionPayTerminal,
    beginTransaction: (kind) => ({
      announcement: announce(kind),
      encipherPin: (entry, card) => encryptTdes(pinKey, clearPinBlock(entry, card)),
      computeMac: (message) => computeUnionPayMac(macKey, message),
      computeResponseMac: (message) => computeUnionPayMac(macKey, message),
    }),
  };
}
