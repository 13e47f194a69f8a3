import { DIALECTS, type Dialect, type Fields, type ResponseCode } from "../messages/index.js";
import { plainKey, type SwitchKey } from "./switch-key.js";

/** One kind of terminals at the switch: how they write, and which keys their messages are under. */
export interface TerminalLine {
  readonly label: string;
  readonly dialect: Dialect;
  /** What a terminal is told when its MAC is wrong. */
  readonly macFailure: ResponseCode;
  macKeyOf(request: Fields): SwitchKey;
  pinKeyOf(request: Fields): SwitchKey;
}

/** Terminals under DUKPT: one BDK for all of them, the KSN in field 62 says the rest. */
export function dukptLine(label: string, bdkName: string): TerminalLine {
  const keyOf = (request: Fields): SwitchKey => ({ name: bdkName, ksn: Buffer.from(request[62] ?? "", "hex") });
  return { label, dialect: DIALECTS.dukptTerminal, macFailure: "63", macKeyOf: keyOf, pinKeyOf: keyOf };
}

/** A UnionPay terminal with the session keys of its last sign-on, registered under names of its own. */
export function unionPayLine(label: string, pinKeyName: string, macKeyName: string): TerminalLine {
  return {
    label,
    dialect: DIALECTS.unionPayTerminal,
    macFailure: "A0",
    macKeyOf: () => plainKey(macKeyName),
    pinKeyOf: () => plainKey(pinKeyName),
  };
}
