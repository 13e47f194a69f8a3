import type Iso8583 from "iso_8583";

/** How two parties write their messages: the formats in which their fields differ from the library's. */
export interface Dialect {
  readonly name: string;
  readonly formats: Iso8583.FieldFormats;
}

function binary(label: string, bytes: number): Iso8583.FieldFormat {
  return { ContentType: "b", Label: label, LenType: "fixed", MaxLen: 2 * bytes };
}

const COMMON: Iso8583.FieldFormats = {
  "32": { ContentType: "n", Label: "Acquiring institution", LenType: "llvar", MaxLen: 11 },
  "38": { ContentType: "an", Label: "Authorization code", LenType: "fixed", MaxLen: 6 },
  "52": binary("PIN block", 8),
  "53": { ContentType: "n", Label: "Security related control information", LenType: "fixed", MaxLen: 16 },
  "60": { ContentType: "n", Label: "Transaction type, batch, network code", LenType: "lllvar", MaxLen: 19 },
  "61": { ContentType: "n", Label: "Original batch, trace and date", LenType: "lllvar", MaxLen: 29 },
  "62": { ContentType: "an", Label: "Key serial number", LenType: "lllvar", MaxLen: 20 },
  "64": binary("MAC", 8),
};

/** The four links of the demo. */
export const DIALECTS = {
  /** Terminal to switch under DUKPT: the KSN stands in field 62. */
  dukptTerminal: { name: "DUKPT terminal", formats: COMMON },
  /** Terminal to switch, UnionPay: field 53 says how the PIN is enciphered, field 60 what the transaction is. */
  unionPayTerminal: { name: "UnionPay terminal", formats: COMMON },
  /** Switch to issuer with PIN blocks of 8 bytes. */
  tdesZone: { name: "TDES zone", formats: COMMON },
  /** Switch to issuer with PIN blocks of 16 bytes. */
  aesZone: { name: "AES zone", formats: { ...COMMON, "52": binary("PIN block, format 4", 16) } },
} as const satisfies Record<string, Dialect>;
