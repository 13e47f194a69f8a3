import { type Command, Option } from "commander";
import { DUKPT_TYPES, type DukptType } from "../../../dukpt/index.js";
import {
  EXPORTABILITIES,
  type Exportability,
  KEY_ALGORITHMS,
  KEY_USAGES,
  type KeyAlgorithm,
  type KeyUsage,
  MODES_OF_USE,
  type ModeOfUse,
} from "../../../keyblock/index.js";
import { MAC_SCHEMES, type MacScheme } from "../../../mac/index.js";
import { instant, wholeNumber } from "../options.js";

/** What a new key is to be, as the command line says it. */
export interface DraftOptions {
  readonly name: string;
  readonly usage: KeyUsage;
  readonly algorithm?: KeyAlgorithm;
  readonly length?: number;
  readonly mode?: ModeOfUse;
  readonly exportability: Exportability;
  readonly owner: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly macScheme?: MacScheme;
  readonly macPadding?: number;
  readonly macLength?: number;
  readonly dukptType?: DukptType;
}

/** The defaults in words, for `--help`. */
export const DRAFT_HELP = `
Usages (TR-31 / X9.143) and what is taken if nothing else is said:
  B0  BDK for DUKPT        TDES 16 bytes, mode X, TDES_2KEY; MACs only with --mac-scheme
  P0  PIN encryption       TDES 16 bytes, mode B; ISO format 4 needs --algorithm AES
  M0  CBC-MAC              TDES 16 bytes, mode C, ISO9797_1_ALG1, 8-byte MACs; --mac-padding required
  M1  DES MAC              DES 8 bytes, mode C, 8-byte MACs; --mac-scheme UNIONPAY_ECB or ISO9797_1_ALG1 required
  M3  retail MAC           TDES 16 bytes, mode C, ISO9797_1_ALG3, 8-byte MACs; --mac-padding required
  M6  CMAC                 AES 32 bytes, mode C, 8-byte MACs
  M7  HMAC                 HMAC 32 bytes, mode C, HMAC_SHA256, 32-byte MACs
The padding of ISO 9797-1 is never guessed: method 1 (zeros) is what X9.24 and most ISO 8583 hosts use, method 2 (0x80, zeros)
is the safer one for messages whose length is not fixed. MAC parameters are sealed with the key and cannot change.`;

/** Adds the options that describe a new key. */
export function withDraft(command: Command): Command {
  return command
    .requiredOption("--name <name>", "such as issuer/zone-pin; an existing name gets its next version")
    .addOption(new Option("--usage <code>", "what the key is for").choices(KEY_USAGES).makeOptionMandatory())
    .addOption(new Option("--algorithm <name>", "default: see below").choices(KEY_ALGORITHMS))
    .addOption(new Option("--mode <code>", "TR-31 mode of use").choices(MODES_OF_USE))
    .addOption(new Option("--exportability <code>", "TR-31 exportability").choices(EXPORTABILITIES).default("N"))
    .option("--owner <text>", "whose key it is", "")
    .option("--not-before <instant>", "first moment of use, such as 2026-01-01 (UTC)", instant)
    .option("--not-after <instant>", "end of use, such as 2027-01-01 (UTC)", instant)
    .addOption(new Option("--mac-scheme <name>", "how MACs are computed").choices(MAC_SCHEMES))
    .option("--mac-padding <method>", "ISO 9797-1 padding method, 1 or 2", wholeNumber(1))
    .option("--mac-length <bytes>", "length of the MAC", wholeNumber(4))
    .addOption(new Option("--dukpt-type <name>", "kind of BDK").choices(DUKPT_TYPES))
    .addHelpText("after", DRAFT_HELP);
}
