import { randomBytes } from "node:crypto";
import type { MacParameters } from "../../../src/mac/index.js";
import type { AttackDraft } from "./attack-stack.js";

/** One key of a kind, with its clear material: the test knows it, as the party that it is shared with does. */
export interface KnownKey {
  readonly draft: AttackDraft;
  readonly material: Buffer;
}

const mac = (
  scheme: MacParameters["scheme"],
  paddingMethod: MacParameters["paddingMethod"],
  length: number,
): MacParameters => ({
  scheme,
  paddingMethod,
  length,
});

const RETAIL = mac("ISO9797_1_ALG3", 2, 8);

type Kind = Omit<AttackDraft, "name" | "modeOfUse"> & { readonly length: number };

const PIN_KINDS: readonly Kind[] = [
  { usage: "P0", algorithm: "TDES", length: 16 },
  { usage: "P0", algorithm: "TDES", length: 24 },
  { usage: "P0", algorithm: "AES", length: 16 },
];

const MAC_KINDS: readonly Kind[] = [
  { usage: "M0", algorithm: "TDES", length: 16, mac: mac("ISO9797_1_ALG1", 2, 8) },
  { usage: "M1", algorithm: "DES", length: 8, mac: mac("UNIONPAY_ECB", 0, 8) },
  { usage: "M3", algorithm: "TDES", length: 16, mac: RETAIL },
  { usage: "M6", algorithm: "TDES", length: 16, mac: mac("CMAC", 0, 8) },
  { usage: "M6", algorithm: "AES", length: 16, mac: mac("CMAC", 0, 16) },
  { usage: "M7", algorithm: "HMAC", length: 32, mac: mac("HMAC_SHA256", 0, 32) },
];

/** Keys that encipher other things than PINs, or verify PINs. */
const OTHER_KINDS: readonly Kind[] = [
  { usage: "D0", algorithm: "TDES", length: 16 },
  { usage: "D0", algorithm: "AES", length: 16 },
  { usage: "K0", algorithm: "TDES", length: 24 },
  { usage: "K0", algorithm: "AES", length: 16 },
  { usage: "K1", algorithm: "TDES", length: 24, keyBlockVersion: "B" },
  { usage: "K1", algorithm: "AES", length: 16, keyBlockVersion: "D" },
];

const TABLE = "0123456789012345";
const VERIFICATION_KINDS: readonly Kind[] = [
  {
    usage: "V1",
    algorithm: "TDES",
    length: 16,
    ibm3624: { tableName: "attack-table", table: TABLE, panStart: 0, panLength: 12, pad: "F" },
  },
  { usage: "V2", algorithm: "TDES", length: 16 },
];

function known({ length, ...kind }: Kind, modeOfUse: AttackDraft["modeOfUse"], suffix = ""): KnownKey {
  const name = `attack/${kind.usage}-${kind.algorithm}-${length}-${modeOfUse}${suffix}`.toLowerCase();
  return { draft: { name, modeOfUse, ...kind }, material: randomBytes(length) };
}

const BDK = { usage: "B0", algorithm: "TDES", length: 16, dukptType: "TDES_2KEY" } as const;

const AES_BDK: Kind = {
  usage: "B0",
  algorithm: "AES",
  length: 16,
  dukptType: "AES_128",
  dukptWorkingKeys: { pin: "AES_128", mac: "AES_128" },
  mac: mac("CMAC", 0, 16),
};

/** A key of every usage, algorithm and mode of use that there is. Fresh for every run. */
export const EVERY_KIND: readonly KnownKey[] = [
  ...PIN_KINDS.flatMap((kind) => (["B", "D", "E"] as const).map((mode) => known(kind, mode))),
  ...MAC_KINDS.flatMap((kind) => (["C", "G", "V"] as const).map((mode) => known(kind, mode))),
  known(BDK, "X"),
  known({ ...BDK, mac: RETAIL }, "X", "-mac"),
  known(AES_BDK, "X"),
  ...OTHER_KINDS.flatMap((kind) => (["B", "D", "E"] as const).map((mode) => known(kind, mode))),
  ...VERIFICATION_KINDS.flatMap((kind) => (["C", "G", "V"] as const).map((mode) => known(kind, mode))),
  known({ usage: "P0", algorithm: "TDES", length: 16, exportability: "E" }, "B", "-exportable"),
];

export function kindNamed(name: string): KnownKey {
  const found = EVERY_KIND.find(({ draft }) => draft.name === `attack/${name}`);
  if (found === undefined) throw new Error(`There is no key attack/${name}.`);
  return found;
}
