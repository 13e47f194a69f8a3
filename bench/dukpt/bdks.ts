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

const VALUE = Buffer.from("0123456789abcdeffedcba9876543210f1e1d3c5b7a99887766554433221100f", "hex");

function aesBdk(bits: 128 | 256): BenchBdk {
  const type = `AES_${bits}` as const;
  const keyLength = bits / 8;
  return {
    name: `aes${bits}_dukpt`,
    type,
    pinKeyType: type,
    value: VALUE.subarray(0, keyLength),
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
    value: VALUE.subarray(0, 16),
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
