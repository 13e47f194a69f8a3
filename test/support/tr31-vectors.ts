import { readFileSync } from "node:fs";

/** An optional block as the vectors spell it. */
export interface VectorOptionalBlock {
  readonly id: string;
  readonly data: string;
}

/** A key block with its KBPK and its clear key. */
export interface KeyBlockVector {
  readonly id: string;
  readonly version: string;
  readonly kbpk: string;
  readonly key_block: string;
  readonly header: string;
  readonly key_usage: string;
  readonly algorithm: string;
  readonly mode_of_use: string;
  readonly key_version: string;
  readonly exportability: string;
  readonly optional_blocks: readonly VectorOptionalBlock[];
  readonly key: string;
  readonly computed: {
    readonly kbek: string;
    readonly kbak: string;
    readonly padding: string;
    readonly key_length_bits: number;
    readonly mac: string;
  };
}

/** Working keys of a KBPK. */
export interface DerivationVector {
  readonly id: string;
  readonly method: string;
  readonly kbpk: string;
  readonly kbek: string;
  readonly kbak: string;
}

/** A header to be read or written, or the length of a block. */
export type HeaderVector = { readonly id: string } & (
  | (Omit<KeyBlockVector, "kbpk" | "header" | "key" | "computed"> & {
      readonly operation: "parse_header";
      readonly length: number;
    })
  | {
      readonly operation: "build_header";
      readonly expected_header: string;
      readonly expected_total_length: number;
      readonly kbpk: string;
      readonly key: string;
      readonly optional_blocks: readonly VectorOptionalBlock[];
    }
  | { readonly operation: "parse_and_rebuild_header"; readonly input: string; readonly expected_header: string }
  | { readonly operation: "parse_extended_length_block"; readonly input: string; readonly expected_header: string }
  | {
      readonly operation: "key_block_length";
      readonly version: string;
      readonly algorithm: string;
      readonly key_bytes: number;
      readonly masked_key_bytes: number | null;
      readonly expected_length: number;
    }
);

/** A block, or a header alone, that must be refused. */
export type NegativeVector = { readonly id: string; readonly reject_reason: string } & (
  | { readonly operation: "parse_header_reject"; readonly header: string }
  | { readonly operation?: undefined; readonly kbpk: string; readonly key_block: string }
);

function load<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}.json`, import.meta.url), "utf8")) as readonly T[];
}

/** The four files of TR-31 vectors. */
export const KEY_BLOCK_VECTORS = load<KeyBlockVector>("key-blocks-tr31");
export const DERIVATION_VECTORS = load<DerivationVector>("key-blocks-tr31-derivation");
export const HEADER_VECTORS = load<HeaderVector>("key-blocks-tr31-headers");
export const NEGATIVE_VECTORS = load<NegativeVector>("key-blocks-tr31-negative");
