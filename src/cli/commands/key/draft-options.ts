import { type Command, Option } from "commander";
import { DUKPT_KEY_TYPES, DUKPT_TYPES, type DukptKeyType, type DukptType } from "../../../dukpt/index.js";
import {
  EXPORTABILITIES,
  type Exportability,
  KEY_ALGORITHMS,
  KEY_BLOCK_VERSIONS,
  KEY_USAGES,
  type KeyAlgorithm,
  type KeyBlockVersion,
  type KeyUsage,
  MODES_OF_USE,
  type ModeOfUse,
} from "../../../keyblock/index.js";
import { MAC_SCHEMES, type MacScheme } from "../../../mac/index.js";
import { instant, wholeNumber } from "../options.js";
import { decimalizationTable, type TableOption, type ValidationDataOption, validationData } from "./ibm-3624-options.js";

/** What a new key is to be, as the command line says it, but for what a key block would say of it. */
export interface ParameterOptions {
  readonly name: string;
  readonly owner: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly macScheme?: MacScheme;
  readonly macPadding?: number;
  readonly macLength?: number;
  readonly dukptType?: DukptType;
  readonly dukptPinKey?: DukptKeyType;
  readonly dukptMacKey?: DukptKeyType;
  readonly keyBlockVersion?: KeyBlockVersion;
  readonly decimalizationTable?: TableOption;
  readonly validationData?: ValidationDataOption;
}

/** What a key block says of its key. */
export interface BlockOptions {
  readonly usage?: KeyUsage;
  readonly algorithm?: KeyAlgorithm;
  readonly length?: number;
  readonly mode?: ModeOfUse;
  readonly exportability?: Exportability;
}

/** What a new key is to be, as the command line says it. */
export type DraftOptions = ParameterOptions & BlockOptions & { readonly usage: KeyUsage };

/** The defaults in words, for `--help`. */
export const DRAFT_HELP = `
Usages (TR-31 / X9.143) and what is taken if nothing else is said:
  B0  BDK for DUKPT        TDES 16 bytes, mode X, TDES_2KEY; MACs only with --mac-scheme. With --algorithm AES: 32 bytes, and
                           --dukpt-pin-key, or --dukpt-mac-key with --mac-scheme, or both
  D0  data encryption      AES 32 bytes, mode B; the data keys of terminals
  K0  terminal master key  TDES 16 bytes, mode B; for the sign-on of UnionPay terminals
  K1  key block protection AES 32 bytes, mode B, key blocks of version D; TDES: version B
  P0  PIN encryption       TDES 16 bytes, mode B; ISO format 4 needs --algorithm AES
  M0  CBC-MAC              TDES 16 bytes, mode C, ISO9797_1_ALG1, 8-byte MACs; --mac-padding required
  M1  DES MAC              DES 8 bytes, mode C, 8-byte MACs; --mac-scheme UNIONPAY_ECB or ISO9797_1_ALG1 required
  M3  retail MAC           TDES 16 bytes, mode C, ISO9797_1_ALG3, 8-byte MACs; --mac-padding required
  M6  CMAC                 AES 32 bytes, mode C, 8-byte MACs
  M7  HMAC                 HMAC 32 bytes, mode C, HMAC_SHA256, 32-byte MACs
  V1  IBM 3624 PINs        TDES 16 bytes, mode V; --decimalization-table and --validation-data required
  V2  Visa PVV             TDES 16 bytes, mode V
The padding of ISO 9797-1 is never guessed: method 1 (zeros) is what X9.24 and most ISO 8583 hosts use, method 2 (0x80, zeros)
is the safer one for messages whose length is not fixed. All of these parameters are sealed with the key and cannot change.`;

/** Adds the options that a key block does not answer. */
export function withParameters(command: Command): Command {
  return command
    .requiredOption("--name <name>", "such as issuer/zone-pin; an existing name gets its next version")
    .option("--owner <text>", "whose key it is", "")
    .option("--not-before <instant>", "first moment of use, such as 2026-01-01 (UTC)", instant)
    .option("--not-after <instant>", "end of use, such as 2027-01-01 (UTC)", instant)
    .addOption(new Option("--mac-scheme <name>", "how MACs are computed").choices(MAC_SCHEMES))
    .option("--mac-padding <method>", "ISO 9797-1 padding method, 1 or 2", wholeNumber(1))
    .option("--mac-length <bytes>", "length of the MAC", wholeNumber(4))
    .addOption(new Option("--dukpt-type <name>", "kind of BDK").choices(DUKPT_TYPES))
    .addOption(new Option("--dukpt-pin-key <name>", "what the PIN keys of an AES BDK are").choices(DUKPT_KEY_TYPES))
    .addOption(new Option("--dukpt-mac-key <name>", "what the MAC keys of an AES BDK are").choices(DUKPT_KEY_TYPES))
    .addOption(new Option("--key-block-version <letter>", "the one version that a K1 key serves").choices(KEY_BLOCK_VERSIONS))
    .option("--decimalization-table <name:digits>", "table of a V1 key: its name and 16 digits", decimalizationTable)
    .option("--validation-data <start:length:pad>", "PAN digits of a V1 key, from 0, and the fill", validationData);
}

/** Adds the options that a key block answers; `--usage` is the caller's to demand. */
export function withBlockOptions(command: Command): Command {
  return command
    .addOption(new Option("--usage <code>", "what the key is for").choices(KEY_USAGES))
    .addOption(new Option("--algorithm <name>", "default: see below").choices(KEY_ALGORITHMS))
    .addOption(new Option("--mode <code>", "TR-31 mode of use").choices(MODES_OF_USE))
    .addOption(new Option("--exportability <code>", "TR-31 exportability (default: N)").choices(EXPORTABILITIES));
}
