import type { DukptKeyType, DukptType } from "../../src/dukpt/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { benchKey } from "../stage/key-drafts.js";

/** One kind of BDK that is measured. Its value protects nothing. */
export interface BenchBdk {
  /** As the rows say it. */
  readonly name: string;
  readonly type: DukptType;
  /** Of the working key that the terminals encipher PIN blocks with. */
  readonly pinKeyType: DukptKeyType;
  readonly value: Buffer;
  readonly draft: KeyHeaderDraft;
  /** ISO 9564-1 format of the terminals' PIN blocks. */
  readonly format: 0 | 4;
}

const TDES_VALUE = Buffer.from("a15d3ef0429b7c86d80e6b3957f2c41d", "hex");
const AES_VALUES = {
  128: Buffer.from("6c1fb3a8d40572e95ba0c7163e98fd24", "hex"),
  256: Buffer.from("f1e1d3c5b7a99887766554433221100f0e2d4c6b8a9fbcdad1c3b5a79786756f", "hex"),
} as const;

function aesBdk(bits: 128 | 256): BenchBdk {
  const type = `AES_${bits}` as const;
  const keyLength = bits / 8;
  return {
    name: `aes${bits}_dukpt`,
    type,
    pinKeyType: type,
    value: AES_VALUES[bits],
    draft: {
      ...benchKey(`bench/bdk-aes-${bits}`),
      usage: "B0",
      algorithm: "AES",
      keyLength,
      modeOfUse: "X",
      dukptType: type,
      dukptWorkingKeys: { pin: type },
    },
    format: 4,
  };
}

/** The kinds that are measured. */
export const BENCH_BDKS: readonly BenchBdk[] = [
  {
    name: "tdes_dukpt",
    type: "TDES_2KEY",
    pinKeyType: "TDES_2KEY",
    value: TDES_VALUE,
    draft: {
      ...benchKey("bench/bdk-tdes"),
      usage: "B0",
      algorithm: "TDES",
      keyLength: 16,
      modeOfUse: "X",
      dukptType: "TDES_2KEY",
    },
    format: 0,
  },
  aesBdk(128),
  aesBdk(256),
];
